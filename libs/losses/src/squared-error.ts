/*
 * Shape legend: N batch, D regressed values.
 */
import { type Scalar, abs, div, square, sub, sum } from '@tensorflow/tfjs-core';
import type { Loss } from './loss.ts';

/**
 * Squared error, its mean over a sample's values summed over samples. Outputs: float32 ND; labels: float32 ND.
 * Metrics: mean squared and mean absolute error.
 */
export function squaredError(): Loss {
  return {
    metricSums: ['squaredError', 'absoluteError'],
    labelForm: (outputShape) => ({ dtype: 'float32', shape: outputShape }),
    sums(outputs, labels) {
      const [count] = outputs.shape;
      const valuesPerSample = outputs.size / count;
      const error_ND = sub(outputs, labels);
      const loss = div<Scalar>(sum(square(error_ND)), valuesPerSample);
      return { loss, count, metrics: [loss, div<Scalar>(sum(abs(error_ND)), valuesPerSample)] };
    },
    summarise: ([squared, absolute], count) => ({ mse: squared / count, mae: absolute / count }),
  };
}
