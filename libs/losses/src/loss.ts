import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** Names and values of the sums of one batch: never means, so that batches add up. */
export interface LossSums {
  /** Sum over the samples; what is differentiated. */
  readonly loss: Scalar;
  /** Number of samples: the divisor of the loss and of the gradients. */
  readonly count: number;
  /** One sum for each of the loss's `metricSums`, in that order. */
  readonly metrics: readonly Scalar[];
}

/** Shape and type of one sample's label. */
export interface LabelForm {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/** What is minimised, and what is counted beside it. */
export interface Loss {
  /** Names of the metric sums that travel with the loss. */
  readonly metricSums: readonly string[];
  /** What a label of a sample with such an output looks like. */
  readonly labelForm: (outputShape: readonly number[]) => LabelForm;
  /** Sums of a batch. Metric tensors carry no gradient. */
  readonly sums: (outputs: Tensor, labels: Tensor) => LossSums;
  /** Metrics of pooled sums: what a progress line shows. */
  readonly summarise: (metricSums: readonly number[], count: number) => Readonly<Record<string, number>>;
}
