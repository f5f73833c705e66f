/** Keeps the newest lines of a text that comes in pieces. */
export class LineRing {
  readonly #capacity: number;
  #lines: string[] = [];
  #unfinished = '';

  /** `capacity`: lines that are kept. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(piece: string): void {
    const lines = (this.#unfinished + piece).split(/\r?\n/);
    this.#unfinished = (lines.pop() ?? '').slice(-lineCharactersMax);
    this.#lines = [...this.#lines, ...lines.map((line) => line.slice(0, lineCharactersMax))].slice(-this.#capacity);
  }

  /** The newest lines, oldest first; a line without its end counts. */
  tail(count: number): readonly string[] {
    const lines = this.#unfinished === '' ? this.#lines : [...this.#lines, this.#unfinished];
    return lines.slice(-count);
  }
}

const lineCharactersMax = 2_000;
