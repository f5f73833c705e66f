import { type ObjectStore } from '@collimator/object-store';
import { ChunkWriter } from './chunk-writer.ts';
import { type LogLevel, type LogLine, processName } from './log-line.ts';
import { runKeys } from './run-keys.ts';

const messageCharactersMax = 8192;

export interface LogWriterOptions {
  readonly run: string;
  /** The worker's id; null for the coordinator. */
  readonly worker: number | null;
  readonly now: () => Date;
  /** Sees each line at once, for a terminal. */
  readonly echo?: (line: LogLine) => void;
}

/** Writes the log of one process of a run. Lines wait for `flush`, which the process calls about once a second and at its end. */
export class LogWriter {
  readonly #chunks: ChunkWriter;
  readonly #options: LogWriterOptions;
  #generation: number | null = null;
  #step: number | null = null;
  #droppedLines = 0;

  private constructor(chunks: ChunkWriter, options: LogWriterOptions) {
    this.#chunks = chunks;
    this.#options = options;
  }

  /** Continues the process's log, also after a restart. */
  static async open(store: ObjectStore, options: LogWriterOptions): Promise<LogWriter> {
    const prefix = runKeys(options.run).log(processName(options.worker));
    return new LogWriter(await ChunkWriter.open(store, prefix), options);
  }

  /** Says where the process is; the following lines carry it. */
  moveTo(place: { readonly generation?: number; readonly step?: number }): void {
    this.#generation = place.generation ?? this.#generation;
    this.#step = place.step ?? this.#step;
  }

  /** @param code an error code or the short name of an event */
  write(level: LogLevel, code: string, message: string): void {
    const line = this.#lineOf(level, code, message);
    this.#options.echo?.(line);
    if (this.#droppedLines > 0 || !this.#chunks.append(JSON.stringify(line))) this.#droppedLines += 1;
  }

  /** Writes what waits. Errors: those of the store; the lines then wait on, up to a bound beyond which they are counted. */
  async flush(): Promise<void> {
    await this.#chunks.flush();
    if (this.#droppedLines === 0) return;
    const message = `${this.#droppedLines} lines are missing here: the store took none for too long`;
    this.#chunks.append(JSON.stringify(this.#lineOf('warn', 'log_dropped', message)));
    this.#droppedLines = 0;
    await this.#chunks.flush();
  }

  #lineOf(level: LogLevel, code: string, message: string): LogLine {
    return {
      time: this.#options.now().toISOString(),
      level,
      run: this.#options.run,
      worker: this.#options.worker,
      generation: this.#generation,
      step: this.#step,
      code,
      message: shortened(message),
    };
  }
}

function shortened(message: string): string {
  if (message.length <= messageCharactersMax) return message;
  return `${message.slice(0, messageCharactersMax)}… (${message.length - messageCharactersMax} characters more)`;
}
