import type { LogLevel, LogWriter, MetricsWriter, RunStore, StepMetrics } from '@collimator/runs';
import { CollimatorError } from '@collimator/errors';
import type { RecordChange } from './record-changes.ts';

/** Where a run's record, metrics and log are kept. */
export interface RunFiles {
  readonly run: string;
  readonly runs: RunStore;
  readonly metrics: MetricsWriter;
  readonly log: LogWriter;
}

/**
 * Keeps the run's record, metrics and log. Changes wait for a flush; changes of state are written one by one, in order, since
 * readers rely on the order of states.
 */
export class RunRecorder {
  readonly #files: RunFiles;
  #changes: RecordChange[] = [];
  #flushing: Promise<void> = Promise.resolve();

  constructor(files: RunFiles) {
    this.#files = files;
  }

  /** Takes a change for the next flush. */
  change(change: RecordChange): void {
    const last = this.#changes.at(-1);
    if (last === undefined || change.state !== undefined) this.#changes.push(change);
    else this.#changes[this.#changes.length - 1] = { ...last, ...change };
  }

  measure(metrics: StepMetrics): void {
    this.#files.metrics.record(metrics);
    this.#files.log.moveTo({ step: metrics.step });
  }

  log(level: LogLevel, code: string, message: string): void {
    this.#files.log.write(level, code, message);
  }

  enterGeneration(generation: number): void {
    this.#files.log.moveTo({ generation });
  }

  /** Writes what waits. A store that refuses is told in the log; what was to be written waits for the next flush. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    try {
      await this.#writeChanges();
      await this.#files.metrics.flush();
    } catch (thrown) {
      const { code, message } = CollimatorError.from(thrown);
      this.log('error', code, `the run record could not be written: ${message}`);
    }
    await this.#files.log.flush().catch(() => undefined);
  }

  async #writeChanges(): Promise<void> {
    const { runs, run } = this.#files;
    for (let next = this.#changes[0]; next !== undefined; next = this.#changes[0]) {
      const change = next;
      this.#changes.shift();
      try {
        await runs.update(run, (record) => ({ ...record, ...change }));
      } catch (thrown) {
        this.#changes.unshift(change);
        throw thrown;
      }
    }
  }
}
