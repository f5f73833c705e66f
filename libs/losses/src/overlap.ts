/*
 * Shape legend: N batch, P pixels of one image, C classes; class 0 is the background.
 */
import {
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  argMax,
  mul,
  oneHot,
  reshape,
  slice,
  sum,
} from '@tensorflow/tfjs-core';

/** For each sample and class: pixels in both masks, in the predicted one, in the true one. */
export interface Overlap {
  readonly shared_NC: Tensor2D;
  readonly predicted_NC: Tensor2D;
  readonly actual_NC: Tensor2D;
}

/**
 * Sums from which Dice and intersection-over-union follow.
 * @param predicted_NPC float32: probabilities, or 0 and 1
 * @param actual_NPC float32 of 0 and 1
 */
export function overlap(predicted_NPC: Tensor3D, actual_NPC: Tensor3D): Overlap {
  return {
    shared_NC: sum(mul(predicted_NPC, actual_NPC), 1),
    predicted_NC: sum(predicted_NPC, 1),
    actual_NC: sum(actual_NPC, 1),
  };
}

/** The overlap of the masks of the classes with the largest logits. */
export function hardOverlap(logits_NPC: Tensor3D, labels_NP: Tensor2D): Overlap {
  const classes = logits_NPC.shape[2];
  return overlap(masks(argMax(logits_NPC, 2), classes), masks(labels_NP, classes));
}

/** One mask of 0 and 1 for each class, from int32 class numbers. */
export function masks(labels_NP: Tensor2D, classes: number): Tensor3D {
  return oneHot(labels_NP, classes, 1, 0, 'float32') as Tensor3D;
}

/** Without the background: columns 1 to C−1. */
export function foreground(values_NC: Tensor2D): Tensor2D {
  return slice(values_NC, [0, 1]);
}

/** Logits of images as rows of pixels: NHWC (or NDHWC) to NPC. */
export function pixelRows(outputs: Tensor): Tensor3D {
  return reshape(outputs, [outputs.shape[0], -1, outputs.shape[outputs.rank - 1]]);
}

/** Labels of images as rows of pixels: NHW (or NDHW) to NP. */
export function labelRows(labels: Tensor): Tensor2D {
  return reshape(labels, [labels.shape[0], -1]);
}

/** Names of the sums that `overlapSums` gives. */
export const overlapSumNames = ['sharedPixels', 'predictedPixels', 'actualPixels'] as const;

/** Foreground pixels shared, predicted and actual, over the whole batch. */
export function overlapSums(logits_NPC: Tensor3D, labels_NP: Tensor2D): Scalar[] {
  const { shared_NC, predicted_NC, actual_NC } = hardOverlap(logits_NPC, labels_NP);
  return [shared_NC, predicted_NC, actual_NC].map((counts_NC) => sum<Scalar>(foreground(counts_NC)));
}

/** Dice of pooled foreground pixels; 1 where there is nothing to find and nothing was found. */
export function pooledDice([shared, predicted, actual]: readonly number[]): number {
  return predicted + actual === 0 ? 1 : (2 * shared) / (predicted + actual);
}
