import * as z from 'zod';
import { countFromZero, fraction, numberFromZero } from './number.ts';

const augmentationSchema = z.strictObject({
  shiftPixels: countFromZero.default(0).describe('Largest shift in each direction, in pixels.'),
  rotationDegrees: z.number().min(0).max(180).default(0).describe('Largest rotation either way, in degrees.'),
  flipHorizontal: z.boolean().default(false),
  flipVertical: z.boolean().default(false),
  brightness: fraction.default(0).describe('Largest change of brightness, as a share of the full range.'),
  contrast: fraction.default(0).describe('Largest change of contrast, as a share.'),
  noise: numberFromZero.default(0).describe('Standard deviation of added Gaussian noise, on the scale 0 to 1.'),
});

/** What is trained on, and how each training sample is varied. */
export const dataSchema = z.strictObject({
  dataset: z.string().min(1).describe('Name of an imported data set.'),
  augmentation: augmentationSchema.prefault({}),
});
