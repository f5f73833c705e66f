import { type Metric, isBetter } from '@collimator/metrics';

/** Weights that were kept because they were the best so far. */
export interface KeptWeights {
  /** Updates that were applied. */
  readonly step: number;
  readonly digest: string;
  readonly values: ReadonlyMap<string, Float32Array>;
}

/**
 * Keeps the weights of the best evaluation. Every worker decides alike, since all hold the same predictions. Where the
 * metric has no value (no validation split, one class only) the newest weights are kept.
 */
export class Selection {
  readonly #metric: Metric;
  #best: { readonly value: number | undefined; readonly weights: KeptWeights } | undefined;

  constructor(metric: Metric) {
    this.#metric = metric;
  }

  /** Whether these weights are to be kept; `read` is called only then. */
  async offer(value: number | undefined, read: () => Promise<KeptWeights>): Promise<boolean> {
    if (!this.#isBetter(value)) return false;
    this.#best = { value, weights: await read() };
    return true;
  }

  get weights(): KeptWeights | undefined {
    return this.#best?.weights;
  }

  #isBetter(value: number | undefined): boolean {
    return value === undefined || isBetter(this.#metric, value, this.#best?.value);
  }
}
