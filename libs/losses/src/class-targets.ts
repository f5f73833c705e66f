/*
 * Shape legend: N rows (samples or pixels), C classes.
 */
import type { LossChoice } from '@collimator/job';
import { type Tensor1D, type Tensor2D, add, gather, mul, oneHot, tensor1d } from '@tensorflow/tfjs-core';
import { denseCrossEntropy, sparseCrossEntropy } from './cross-entropy-kernel.ts';

export type CrossEntropyOptions = Omit<Extract<LossChoice, { name: 'crossEntropy' }>, 'name'>;

/**
 * Cross entropy of every row, with label smoothing (Szegedy et al., "Rethinking the Inception architecture", CVPR 2016,
 * §7: the target is (1−ε)·onehot + ε/C) and times the weight of its class.
 * @param logits_NC float32
 * @param labels_N int32
 */
export function rowLosses(
  logits_NC: Tensor2D,
  labels_N: Tensor1D,
  { classWeights, labelSmoothing }: CrossEntropyOptions,
): Tensor1D {
  const losses_N =
    labelSmoothing === 0
      ? sparseCrossEntropy(logits_NC, labels_N)
      : denseCrossEntropy(logits_NC, smoothedTargets(labels_N, logits_NC.shape[1], labelSmoothing));
  if (classWeights === undefined) return losses_N;
  return mul(losses_N, gather(tensor1d(classWeights), labels_N));
}

function smoothedTargets(labels_N: Tensor1D, classes: number, smoothing: number): Tensor2D {
  const targets_NC = oneHot(labels_N, classes, 1, 0, 'float32') as Tensor2D;
  return add(mul(targets_NC, 1 - smoothing), smoothing / classes);
}
