/*
 * Shape legend: N batch, P pixels of one image, C classes.
 */
import { type Scalar, div, reshape, sum } from '@tensorflow/tfjs-core';
import { type CrossEntropyOptions, rowLosses } from './class-targets.ts';
import type { Loss } from './loss.ts';
import { labelRows, overlapSumNames, overlapSums, pixelRows, pooledDice } from './overlap.ts';

/**
 * Cross entropy of every pixel, its mean over a sample's pixels summed over samples. Outputs: logits float32 NHWC;
 * labels: int32 NHW. Metric: Dice of the foreground, pooled.
 */
export function pixelCrossEntropy(options: CrossEntropyOptions): Loss {
  return {
    metricSums: overlapSumNames,
    labelForm: (outputShape) => ({ dtype: 'int32', shape: outputShape.slice(0, -1) }),
    sums(outputs, labels) {
      const logits_NPC = pixelRows(outputs);
      const labels_NP = labelRows(labels);
      const [count, pixels, classes] = logits_NPC.shape;
      const losses = rowLosses(reshape(logits_NPC, [count * pixels, classes]), reshape(labels_NP, [-1]), options);
      return { loss: div<Scalar>(sum(losses), pixels), count, metrics: overlapSums(logits_NPC, labels_NP) };
    },
    summarise: (metricSums) => ({ dice: pooledDice(metricSums) }),
  };
}
