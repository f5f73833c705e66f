import { type ObjectStore } from '@collimator/object-store';
import { ChunkReader } from './chunk-reader.ts';
import { type LogLine, logLineSchema, processName } from './log-line.ts';
import { parseLine } from './parse-line.ts';
import { runKeys } from './run-keys.ts';

export interface LogSelection {
  /** Only the lines of the worker with this id. */
  readonly worker?: number;
}

export interface FollowOptions extends LogSelection {
  /** Waits before looking again. */
  readonly wait: () => Promise<void>;
  /** Whether nobody writes to the run any more; what is there then is read once more, and the lines end. */
  readonly isOver: () => Promise<boolean>;
}

/** A run's log lines so far, all processes together, by time. Throws `run_corrupt`. */
export async function readLogs(store: ObjectStore, run: string, selection: LogSelection = {}): Promise<LogLine[]> {
  return new LogReader(store, run, selection).readNew();
}

/** A run's log lines as they come: first all that are there, by time, then each batch of new ones. Throws `run_corrupt`. */
export async function* followLogs(store: ObjectStore, run: string, options: FollowOptions): AsyncGenerator<LogLine> {
  const reader = new LogReader(store, run, options);
  for (;;) {
    const over = await options.isOver();
    yield* await reader.readNew();
    if (over) return;
    await options.wait();
  }
}

/** Reads the logs of all selected processes, also of those that begin later. */
class LogReader {
  readonly #store: ObjectStore;
  readonly #run: string;
  readonly #selection: LogSelection;
  readonly #readers = new Map<string, ChunkReader>();

  constructor(store: ObjectStore, run: string, selection: LogSelection) {
    this.#store = store;
    this.#run = run;
    this.#selection = selection;
  }

  async readNew(): Promise<LogLine[]> {
    await this.#findProcesses();
    const lines: LogLine[] = [];
    for (const [prefix, reader] of this.#readers) {
      for (const line of await reader.readNew()) lines.push(parseLine(logLineSchema, line, prefix));
    }
    return lines.sort((left, right) => Date.parse(left.time) - Date.parse(right.time));
  }

  async #findProcesses(): Promise<void> {
    const { logs } = runKeys(this.#run);
    for await (const { key } of this.#store.list(this.#prefix())) {
      const prefix = key.slice(0, key.indexOf('/', logs.length) + 1);
      if (!this.#readers.has(prefix)) this.#readers.set(prefix, new ChunkReader(this.#store, prefix));
    }
  }

  #prefix(): string {
    const keys = runKeys(this.#run);
    return this.#selection.worker === undefined ? keys.logs : keys.log(processName(this.#selection.worker));
  }
}
