import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FilesObjectStore } from '@collimator/object-store-files';
import { readMetrics } from '@collimator/runs';
import type { Contender } from '../contender.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const job = `${root}examples/pneumonia-resnet18.yaml`;
const data = `${root}examples/data/pneumoniamnist.npz`;

/** Steps before times are taken: the first batches, and the warm-up of caches on both sides. */
const warmupSteps = 3;

/** Whole runs of the ResNet-18 example with two workers, as a user starts them. */
export class OurRuns implements Contender {
  readonly name = 'ours';
  /** Shares of step time spent waiting for data, one of each run, without its warm-up. */
  readonly dataWaitShares: number[] = [];
  readonly #store: string;

  private constructor(store: string) {
    this.#store = store;
  }

  static async start(folder: string): Promise<OurRuns> {
    const runs = new OurRuns(`file:${folder}`);
    await runs.#collimator(['datasets', 'import', data, '--name', 'pneumoniamnist']);
    return runs;
  }

  /** Trains that many steps and some to warm up; times are between the reports of one step and the next. */
  async measure(count: number): Promise<readonly number[]> {
    const steps = `spec.training.maxSteps=${count + warmupSteps}`;
    const { run } = await this.#collimator(['train', job, '--workers', '2', '--set', steps]);
    const metrics = (await readMetrics(FilesObjectStore.at(this.#store), run)).slice(warmupSteps - 1);
    const phase = (name: string): number => metrics.slice(1).reduce((sum, { values }) => sum + (values[name] ?? 0), 0);
    const busy = phase('computeMs') + phase('exchangeMs') + phase('applyMs');
    this.dataWaitShares.push(phase('waitMs') / (phase('waitMs') + busy));
    const times = metrics.map(({ time }) => Date.parse(time));
    return times.slice(1).map((time, index) => time - (times[index] ?? time));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #collimator(args: readonly string[]): Promise<{ readonly run: string }> {
    const bin = `${root}apps/cli/bin/collimator.js`;
    const { stdout } = await execute(process.execPath, [bin, ...args, '--store', this.#store, '--json']);
    return JSON.parse(stdout) as { readonly run: string };
  }
}
