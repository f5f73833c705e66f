import { type OperationAttribute, runOperation } from '@collimator/engine';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Runs a TensorFlow operation with a single result. */
export function singleOutput(
  operation: string,
  attributes: Readonly<Record<string, OperationAttribute>>,
  inputs: readonly Tensor[],
): Tensor {
  return runOperation({ operation, attributes, outputs: 1 }, inputs)[0];
}
