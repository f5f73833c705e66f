import { type AugmentationOptions } from '@collimator/job';
import { RandomStream, type Seed } from '@collimator/random';

/** How one sample of one epoch is varied. */
export interface Variation {
  /** Whole pixels, to the right and downwards. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly rotationDegrees: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** Added to each pixel. */
  readonly brightness: number;
  /** Factor of each pixel's distance from the middle of the range. */
  readonly contrast: number;
  /** Standard deviation of the noise. */
  readonly noise: number;
}

/** A drawn variation, and the stream from which its noise is drawn. */
export interface DrawnVariation {
  readonly variation: Variation;
  readonly noise: RandomStream;
}

/**
 * Draws a sample's variation. All numbers are drawn in a fixed order whatever is switched on, so that changing one option leaves the
 * others' draws as they were.
 *
 * @param seed the job's sub-seed `augmentation`
 * @param sample number of the sample within the training split
 */
export function drawVariation(options: AugmentationOptions, seed: Seed, epoch: number, sample: number): DrawnVariation {
  const stream = new RandomStream(seed, [epoch, sample, 0]);
  const around = (largest: number): number => (2 * stream.uniform() - 1) * largest;
  const variation = {
    shiftX: Math.floor(stream.uniform() * (2 * options.shiftPixels + 1)) - options.shiftPixels,
    shiftY: Math.floor(stream.uniform() * (2 * options.shiftPixels + 1)) - options.shiftPixels,
    rotationDegrees: around(options.rotationDegrees),
    flipHorizontal: stream.uniform() < 0.5 && options.flipHorizontal,
    flipVertical: stream.uniform() < 0.5 && options.flipVertical,
    brightness: around(options.brightness),
    contrast: 1 + around(options.contrast),
    noise: options.noise,
  };
  return { variation, noise: new RandomStream(seed, [epoch, sample, 1]) };
}

/** Whether the options change nothing. */
export function isIdentity(options: AugmentationOptions): boolean {
  return Object.values(options).every((value) => value === 0 || value === false);
}
