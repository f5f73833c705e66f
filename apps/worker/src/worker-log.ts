import { LogWriter } from '@collimator/runs';
import type { ObjectStore } from '@collimator/object-store';

const flushEveryMs = 1_000;

/** A worker's log in the store, flushed about once a second. A store that takes no lines never stops the training. */
export class WorkerLog {
  readonly #writer: LogWriter;
  readonly #timer: NodeJS.Timeout;

  private constructor(writer: LogWriter) {
    this.#writer = writer;
    this.#timer = setInterval(() => void writer.flush().catch(() => undefined), flushEveryMs).unref();
  }

  static async open(store: ObjectStore, run: string, worker: number): Promise<WorkerLog> {
    return new WorkerLog(await LogWriter.open(store, { run, worker, now: () => new Date() }));
  }

  get write(): LogWriter['write'] {
    return this.#writer.write.bind(this.#writer);
  }

  get moveTo(): LogWriter['moveTo'] {
    return this.#writer.moveTo.bind(this.#writer);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writer.flush().catch(() => undefined);
  }
}
