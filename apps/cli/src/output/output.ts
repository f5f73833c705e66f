/** Where a command writes: data on stdout, everything else on stderr. */
export interface Output {
  /** Data are one JSON document. */
  readonly json: boolean;
  /** Progress may be redrawn in place. */
  readonly isTerminal: boolean;
  /** Characters of a line. */
  readonly columns: number;
  /** Data, as lines for people. */
  print(lines: readonly string[]): void;
  /** Data, as one JSON document. */
  printJson(document: unknown): void;
  /** What is happening, for people. */
  say(lines: readonly string[]): void;
  /** Control sequences and text as they are, to the terminal of `say`. */
  draw(text: string): void;
}

interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const columnsOfFiles = 100;

/** The output of a process. */
export class StreamOutput implements Output {
  readonly json: boolean;
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;

  constructor(streams: { readonly stdout: TextStream; readonly stderr: TextStream }, json: boolean) {
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.json = json;
  }

  get isTerminal(): boolean {
    return this.#stderr.isTTY === true;
  }

  get columns(): number {
    return this.#stderr.columns ?? columnsOfFiles;
  }

  print(lines: readonly string[]): void {
    this.#stdout.write(text(lines));
  }

  printJson(document: unknown): void {
    this.#stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  say(lines: readonly string[]): void {
    this.#stderr.write(text(lines));
  }

  draw(sequence: string): void {
    this.#stderr.write(sequence);
  }
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
