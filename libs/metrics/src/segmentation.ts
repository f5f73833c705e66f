import { defineMetric, meanOfSamples } from './metric.ts';
import { type SegmentationOutcome } from './outcome.ts';

type Overlap = (both: number, predicted: number, actual: number) => number;

/**
 * Dice coefficient 2|P∩T| / (|P|+|T|): mean over foreground classes, then over samples. A class in neither mask counts 1
 * and a missed or invented one 0: nothing is dropped.
 */
export const dice = overlapMetric('dice', (both, predicted, actual) => (2 * both) / (predicted + actual));

/** Intersection over union |P∩T| / |P∪T|; means and empty masks as for `dice`. */
export const iou = overlapMetric('iou', (both, predicted, actual) => both / (predicted + actual - both));

/**
 * Pixel counts of one sample, the row of `SegmentationOutcome.overlaps`: for each class from 1 the pixels in both masks,
 * in the predicted and in the true one.
 * @param predicted class of each pixel, 0 being the background
 * @param actual true class of each pixel; as long as `predicted`
 */
export function overlapsOf(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  foregroundClasses: number,
): Float32Array {
  const counts = new Float32Array(foregroundClasses * 3);
  for (let pixel = 0; pixel < predicted.length; pixel++) {
    const [said, is] = [predicted[pixel], actual[pixel]];
    if (said > 0 && said === is) counts[(said - 1) * 3] += 1;
    if (said > 0) counts[(said - 1) * 3 + 1] += 1;
    if (is > 0) counts[(is - 1) * 3 + 2] += 1;
  }
  return counts;
}

function overlapMetric(name: string, overlap: Overlap) {
  return defineMetric({
    name,
    direction: 'higher',
    needs: 'segmentation',
    prepare: (outcome) =>
      meanOfSamples(
        Float64Array.from({ length: outcome.count }, (_, sample) => meanOfClasses(outcome, sample, overlap)),
      ),
  });
}

function meanOfClasses({ foregroundClasses, overlaps }: SegmentationOutcome, sample: number, overlap: Overlap): number {
  let sum = 0;
  for (let foreground = 0; foreground < foregroundClasses; foreground++) {
    const at = (sample * foregroundClasses + foreground) * 3;
    const [both, predicted, actual] = overlaps.subarray(at, at + 3);
    sum += predicted + actual === 0 ? 1 : overlap(both, predicted, actual);
  }
  return sum / foregroundClasses;
}
