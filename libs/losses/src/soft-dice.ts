/*
 * Shape legend: N batch, P pixels of one image, C classes.
 */
import { type Scalar, type Tensor2D, type Tensor3D, add, div, mul, softmax, sub, sum } from '@tensorflow/tfjs-core';
import type { Loss } from './loss.ts';
import {
  foreground,
  labelRows,
  masks,
  overlap,
  overlapSumNames,
  overlapSums,
  pixelRows,
  pooledDice,
} from './overlap.ts';

/**
 * Soft Dice loss (Milletari, Navab and Ahmadi, "V-Net", 3DV 2016, §3, with sums instead of sums of squares): for each
 * sample 1 − the mean over foreground classes of (2·shared + smooth) / (predicted + actual + smooth). Taken sample by
 * sample, so that batches add up. Outputs: logits float32 NHWC; labels: int32 NHW. Metric: Dice of the foreground, pooled.
 */
export function softDice(smooth: number): Loss {
  return {
    metricSums: overlapSumNames,
    labelForm: (outputShape) => ({ dtype: 'int32', shape: outputShape.slice(0, -1) }),
    sums(outputs, labels) {
      const logits_NPC = pixelRows(outputs);
      const labels_NP = labelRows(labels);
      const [count, , classes] = logits_NPC.shape;
      const dice_NC = foreground(softDiceScores(logits_NPC, masks(labels_NP, classes), smooth));
      const loss = sub<Scalar>(count, div(sum(dice_NC), classes - 1));
      return { loss, count, metrics: overlapSums(logits_NPC, labels_NP) };
    },
    summarise: (metricSums) => ({ dice: pooledDice(metricSums) }),
  };
}

function softDiceScores(logits_NPC: Tensor3D, masks_NPC: Tensor3D, smooth: number): Tensor2D {
  const { shared_NC, predicted_NC, actual_NC } = overlap(softmax(logits_NPC), masks_NPC);
  return div(add(mul(shared_NC, 2), smooth), add(add(predicted_NC, actual_NC), smooth));
}
