import { type Tensor, type Tensor1D, type Tensor2D, reshape, slice } from '@tensorflow/tfjs-core';
import type { MomentSums, MovingStatistics, Scope } from './scope.ts';

export interface TracingOptions {
  readonly variables: Readonly<Partial<Record<string, Tensor>>>;
  readonly training: boolean;
  /** int32 [operations, 2]; needed where a model with dropout trains. */
  readonly dropoutKeys?: Tensor2D;
}

/** A scope over given tensors, and what the layers put into it while the model runs. */
export interface Tracing {
  readonly scope: Scope;
  /** Moments of each batch normalisation so far, in the order of the model's code; the caller disposes them. */
  readonly moments: readonly MomentSums[];
}

/** Begins one run of a model on real tensors: inside a graph that is traced, or eagerly. */
export function startTracing(options: TracingOptions): Tracing {
  const record: TracingRecord = { ...options, moments: [], keysUsed: 0 };
  return { scope: new TracingScope(record, ''), moments: record.moments };
}

interface TracingRecord extends TracingOptions {
  readonly moments: MomentSums[];
  keysUsed: number;
}

class TracingScope implements Scope {
  readonly training: boolean;
  readonly #record: TracingRecord;
  readonly #prefix: string;

  constructor(record: TracingRecord, prefix: string) {
    this.training = record.training;
    this.#record = record;
    this.#prefix = prefix;
  }

  within(name: string): Scope {
    return new TracingScope(this.#record, `${this.nameOf(name)}/`);
  }

  nameOf(name: string): string {
    return `${this.#prefix}${name}`;
  }

  variable(name: string): Tensor {
    const value = this.#record.variables[this.nameOf(name)];
    if (value === undefined) throw new TypeError(`variable "${this.nameOf(name)}" was not declared by this model`);
    return value;
  }

  dropoutKey(): Tensor1D {
    const keys = this.#record.dropoutKeys;
    if (keys === undefined) throw new TypeError('a dropout layer trains, but no dropout keys were given');
    const row = this.#record.keysUsed;
    this.#record.keysUsed += 1;
    return reshape(slice(keys, [row, 0], [1, 2]), [2]);
  }

  pool(_statistics: MovingStatistics, sums: MomentSums): void {
    this.#record.moments.push(sums);
  }
}
