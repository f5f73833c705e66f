import { customGrad, type GradSaveFunc, type Tensor } from '@tensorflow/tfjs-core';

/** One run of an operation, and how to run its gradient. */
export interface Differentiable {
  readonly value: Tensor;
  /** What the gradient needs of the inputs and outputs. */
  readonly saved: readonly Tensor[];
  /** One gradient for each input, in order, from dy and the saved tensors in their order. */
  readonly gradients: (dy: Tensor, saved: readonly Tensor[]) => Tensor[];
}

/**
 * Joins an operation and its fused gradient operations by `tf.customGrad`. Gradients must use the saved tensors they are
 * given, since others may be gone by then. What nobody asks for is pruned from the compiled graph.
 */
export function differentiable(
  inputs: readonly Tensor[],
  forward: (...inputs: readonly Tensor[]) => Differentiable,
): Tensor {
  const withGradient = customGrad((...values: (Tensor | GradSaveFunc)[]) => {
    const save = values.at(-1) as GradSaveFunc;
    const { value, saved, gradients } = forward(...(values.slice(0, -1) as Tensor[]));
    save([...saved]);
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => gradients(dy, kept) };
  });
  return withGradient(...inputs);
}
