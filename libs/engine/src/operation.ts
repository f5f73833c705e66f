import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/** Kernel name under which an engine adapter registers itself with tfjs as the runner of plain TensorFlow operations. */
export const operationKernel = 'CollimatorOperation';

/** Attribute values of a TensorFlow operation, in the form of its public op definition. */
export type OperationAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'type'; readonly value: 'float32' | 'int32' | 'bool' };

/** One call of a TensorFlow operation. `outputs` counts its results. */
export interface OperationCall {
  readonly operation: string;
  readonly attributes: Readonly<Record<string, OperationAttribute>>;
  readonly outputs: number;
}

/**
 * Runs any TensorFlow operation on the engine behind tfjs, traced like every other kernel. It has no gradient of its own:
 * wrap it in `tf.customGrad`. Every attribute without a default must be given, the types of inputs among them.
 */
export function runOperation(call: OperationCall, inputs: readonly Tensor[]): [Tensor, ...Tensor[]] {
  const named: NamedTensorMap = Object.fromEntries(inputs.map((tensor, index) => [String(index), tensor]));
  const result = engine().runKernel(operationKernel, named, { call } as unknown as NamedAttrMap);
  return Array.isArray(result) ? (result as [Tensor, ...Tensor[]]) : [result];
}
