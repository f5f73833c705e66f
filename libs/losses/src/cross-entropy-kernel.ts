/*
 * Shape legend: N rows (samples or pixels), C classes.
 */
import { runOperation } from '@collimator/engine';
import { attribute, differentiable } from '@collimator/layers';
import { type Tensor, type Tensor1D, type Tensor2D, mul, reshape } from '@tensorflow/tfjs-core';

/**
 * −log softmax(logits)[label] of every row, by TensorFlow's fused operation.
 * @param logits_NC float32
 * @param labels_N int32, from 0 to C−1
 */
export function sparseCrossEntropy(logits_NC: Tensor2D, labels_N: Tensor1D): Tensor1D {
  const call = {
    operation: 'SparseSoftmaxCrossEntropyWithLogits',
    attributes: { T: attribute.type('float32'), Tlabels: attribute.type('int32') },
    outputs: 2,
  };
  return fusedCrossEntropy(logits_NC, (logits) => runOperation(call, [logits, labels_N]));
}

/**
 * −Σ target·log softmax(logits) of every row.
 * @param logits_NC float32
 * @param targets_NC float32; rows sum to 1
 */
export function denseCrossEntropy(logits_NC: Tensor2D, targets_NC: Tensor2D): Tensor1D {
  const call = {
    operation: 'SoftmaxCrossEntropyWithLogits',
    attributes: { T: attribute.type('float32') },
    outputs: 2,
  };
  return fusedCrossEntropy(logits_NC, (logits) => runOperation(call, [logits, targets_NC]));
}

/** Both operations give the losses [N] and, beside them, the gradient [N, C]. */
function fusedCrossEntropy(logits_NC: Tensor2D, run: (logits: Tensor) => Tensor[]): Tensor1D {
  return differentiable([logits_NC], (logits) => {
    const [value, gradient_NC] = run(logits);
    return {
      value,
      saved: [gradient_NC],
      gradients: (dy_N, [savedGradient_NC]) => [mul(reshape(dy_N, [dy_N.size, 1]), savedGradient_NC)],
    };
  }) as Tensor1D;
}
