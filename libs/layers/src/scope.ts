import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Initializer } from './initializer.ts';

/** What a layer says about one of its variables. */
export interface VariableDeclaration {
  readonly shape: readonly number[];
  /** Trained by gradients, or pooled from batches. */
  readonly role: 'weight' | 'statistic';
  /** Whether weight decay touches it: kernels yes; biases and normalisation scales no. */
  readonly decays: boolean;
  readonly initializer: Initializer;
}

/** The statistics of one batch normalisation: full names of its variables, and how slowly they move. */
export interface MovingStatistics {
  readonly mean: string;
  readonly variance: string;
  readonly channels: number;
  /** Share of the old statistic that is kept at each step. */
  readonly momentum: number;
}

/** What one lane adds to the pooled moments: n, Σ(x−m) and Σ(x−m)² around the running mean m, for each channel. */
export interface MomentSums {
  readonly count: Tensor;
  readonly sum_C: Tensor;
  readonly sumOfSquares_C: Tensor;
}

/**
 * Where a layer takes its variables and keys from and puts its batch moments. Model code is a function of a scope and
 * tensors; it is run once to declare its variables and then to trace graphs for training and evaluation.
 */
export interface Scope {
  /** Whether dropout drops and batch normalisation uses the batch's own moments. */
  readonly training: boolean;
  /** The scope of a part: its names begin with `name/`. */
  within(name: string): Scope;
  /** The full name of a variable of this scope. */
  nameOf(name: string): string;
  /** The value of a variable; each name may be asked for once in a model. */
  variable(name: string, declaration: VariableDeclaration): Tensor;
  /** int32 [2]: the key of the next dropout operation, in the order of the model's code. Asked for in training only. */
  dropoutKey(): Tensor1D;
  /** Takes the moments of a batch normalisation, in training only; the tensors must be kept (`tf.keep`). */
  pool(statistics: MovingStatistics, sums: MomentSums): void;
}

/** A network: variables from the scope, a batch in, raw outputs (logits, no softmax) out. */
export type Forward = (scope: Scope, images_NHWC: Tensor4D) => Tensor;
