/*
 * Shape legend: N batch, C classes.
 */
import { type Scalar, type Tensor1D, type Tensor2D, argMax, cast, equal, sum } from '@tensorflow/tfjs-core';
import { type CrossEntropyOptions, rowLosses } from './class-targets.ts';
import type { Loss } from './loss.ts';

/**
 * Cross entropy of one class for each sample. With class weights the loss is Σ w(y)·ℓ / N: the divisor stays the number
 * of samples. Outputs: logits float32 NC; labels: int32 N. Metric: accuracy.
 */
export function classCrossEntropy(options: CrossEntropyOptions): Loss {
  return {
    metricSums: ['correct'],
    labelForm: () => ({ dtype: 'int32', shape: [] }),
    sums(outputs, labels) {
      const logits_NC = outputs as Tensor2D;
      const labels_N = labels as Tensor1D;
      const correct_N = cast(equal(argMax(logits_NC, 1), labels_N), 'float32');
      return {
        loss: sum<Scalar>(rowLosses(logits_NC, labels_N, options)),
        count: labels_N.size,
        metrics: [sum<Scalar>(correct_N)],
      };
    },
    summarise: ([correct], count) => ({ accuracy: correct / count }),
  };
}
