import { type Normalisation } from '../index/dataset-index.ts';
import { type ImageForm } from '../npz/check-images.ts';
import { type NumberArray } from '../npz/npy.ts';

/** Range, mean and deviation of the training pixels, each channel by itself. O(pixels), two passes. */
export function fitNormalisation(form: ImageForm, pixels: NumberArray): Normalisation {
  const channels = form.shape.at(-1) ?? 1;
  const { low, high } = form.dtype === 'u1' ? { low: 0, high: 255 } : rangeOf(pixels);
  const span = high - low;
  const mean = channelMeans(pixels, channels, (value) => (value - low) / span);
  const variance = channelMeans(
    pixels,
    channels,
    (value, channel) => ((value - low) / span - (mean[channel] ?? 0)) ** 2,
  );
  return { low, high, mean, standardDeviation: variance.map((value) => (value > 0 ? Math.sqrt(value) : 1)) };
}

function rangeOf(pixels: NumberArray): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of pixels) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high: high > low ? high : low + 1 };
}

function channelMeans(pixels: NumberArray, channels: number, of: (value: number, channel: number) => number): number[] {
  const sums = new Array<number>(channels).fill(0);
  pixels.forEach((value: number, place: number) => {
    const channel = place % channels;
    sums[channel] = (sums[channel] ?? 0) + of(value, channel);
  });
  return sums.map((sum) => sum / (pixels.length / channels));
}

/** How many samples each class has. */
export function countClasses(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
