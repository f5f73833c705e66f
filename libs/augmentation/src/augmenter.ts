import { type AugmentationOptions } from '@collimator/job';
import { deriveSeed, type RandomStream } from '@collimator/random';
import { drawVariation, isIdentity, type Variation } from './draw.ts';
import { moveImage, moveMask, planeOf, sourceMap } from './geometry.ts';

/** An image, and its mask where the task has one. */
export interface AugmentableSample {
  /** [H, W, C] or [D, H, W, C], on the scale from 0 to 1. */
  readonly image: Float32Array;
  /** [H, W] or [D, H, W] of class indices. */
  readonly mask?: Int32Array;
}

/** Varies a training sample; what is returned may be what was given. */
export type Augmenter = (sample: AugmentableSample, epoch: number, number: number) => AugmentableSample;

const middle = 0.5;

/**
 * Augmentation of a job: a pure function of (seed, epoch, sample number). Image and mask move alike; contrast, brightness and noise
 * change the image alone. Values are not clipped.
 *
 * @param seed the job's seed
 * @param shape of the images: [H, W, C] or [D, H, W, C]
 */
export function createAugmenter(options: AugmentationOptions, seed: number, shape: readonly number[]): Augmenter {
  if (isIdentity(options)) return (sample) => sample;
  const augmentationSeed = deriveSeed(seed, 'augmentation');
  const plane = planeOf(shape);
  return ({ image, mask }, epoch, number) => {
    const { variation, noise } = drawVariation(options, augmentationSeed, epoch, number);
    const map = sourceMap(variation, plane);
    const stays = isInPlace(variation);
    const moved = stays ? image.slice() : moveImage(image, map, plane);
    changeIntensity(moved, variation, noise);
    if (mask === undefined) return { image: moved };
    return { image: moved, mask: stays ? mask : moveMask(mask, map, { ...plane, channels: 1 }) };
  };
}

function isInPlace(variation: Variation): boolean {
  const { shiftX, shiftY, rotationDegrees, flipHorizontal, flipVertical } = variation;
  return shiftX === 0 && shiftY === 0 && rotationDegrees === 0 && !flipHorizontal && !flipVertical;
}

function changeIntensity(image: Float32Array, variation: Variation, stream: RandomStream): void {
  const { brightness, contrast, noise } = variation;
  if (brightness === 0 && contrast === 1 && noise === 0) return;
  image.forEach((value, place) => {
    const random = noise === 0 ? 0 : noise * stream.normal();
    image[place] = (value - middle) * contrast + middle + brightness + random;
  });
}
