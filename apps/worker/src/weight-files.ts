import { type Weights, saveWeights } from '@collimator/checkpoints';
import type { VariableSpec } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import type { ObjectStore } from '@collimator/object-store';
import { runKeys } from '@collimator/runs';
import type { KeptWeights } from './selection.ts';
import { sha256 } from './sha256.ts';

/** Which run's weights are written, where, and how many stay. */
export interface WeightFilesOptions {
  readonly run: string;
  readonly jobHash: string;
  readonly store: ObjectStore;
  /** In the order of the file. */
  readonly variables: readonly Pick<VariableSpec, 'name' | 'shape'>[];
  readonly keepLast: number;
  readonly keepBest: number;
}

/** A weight file that is in the store. */
export interface WrittenWeights {
  readonly key: string;
  readonly sha256: string;
  readonly step: number;
}

/**
 * The weight files of a run, written behind the training: `keepLast` newest and the best stay, others are deleted.
 * Only one worker of a run has one.
 */
export class WeightFiles {
  readonly #options: WeightFilesOptions;
  readonly #written: WrittenWeights[] = [];
  #pending: Promise<void> = Promise.resolve();
  #failure: CollimatorError | undefined;

  constructor(options: WeightFilesOptions) {
    this.#options = options;
  }

  /** Writes weights in the background; a failure shows in `requireHealthy` and `settled`. */
  keep(weights: KeptWeights, bestStep: number | undefined, written: (file: WrittenWeights) => Promise<void>): void {
    this.#pending = this.#pending.then(async () => {
      if (this.#written.some((file) => file.step === weights.step)) return;
      const file = await this.#write(runKeys(this.#options.run).weightsAt(weights.step), weights);
      this.#written.push(file);
      await written(file);
      await this.#deleteOld(bestStep);
    });
    this.#pending.catch((thrown: unknown) => {
      this.#failure ??= CollimatorError.from(thrown);
    });
  }

  /** Throws what went wrong in the background: a training whose weights cannot be kept is not worth its hours. */
  requireHealthy(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Writes the run's result. */
  async writeSelected(weights: KeptWeights): Promise<WrittenWeights> {
    await this.settled();
    return this.#write(runKeys(this.#options.run).weights, weights);
  }

  /** Settles when everything is written. Errors: those of the store. */
  settled(): Promise<void> {
    return this.#pending;
  }

  async #write(key: string, weights: KeptWeights): Promise<WrittenWeights> {
    const { store, variables, jobHash } = this.#options;
    const content = weightsOf(weights, variables, jobHash);
    return { key, step: weights.step, sha256: await saveWeights(store, key, content, sha256) };
  }

  async #deleteOld(bestStep: number | undefined): Promise<void> {
    const { store, keepLast, keepBest } = this.#options;
    const newest = new Set(this.#written.slice(-keepLast));
    for (const file of [...this.#written]) {
      if (newest.has(file) || (keepBest > 0 && file.step === bestStep)) continue;
      this.#written.splice(this.#written.indexOf(file), 1);
      await store.delete(file.key);
    }
  }
}

function weightsOf(
  { step, digest, values }: KeptWeights,
  variables: WeightFilesOptions['variables'],
  jobHash: string,
): Weights {
  return {
    step,
    digest,
    jobHash,
    variables: variables.map(({ name, shape }) => ({ name, shape, values: values.get(name) ?? missing(name) })),
  };
}

function missing(name: string): never {
  throw new TypeError(`the engine returned no values for variable "${name}"`);
}
