import * as z from 'zod';
import { fraction, positiveInteger } from './number.ts';

/** Channels that the model sees; by default those of the data. One grey channel is repeated where more are asked for. */
const channels = z
  .int()
  .min(1)
  .max(16)
  .exactOptional()
  .describe('Input channels; the channels of the data by default.');
const dropout = fraction.default(0).describe('Share of activations dropped in training, in [0, 1).');

const cnn = z.strictObject({
  name: z.literal('cnn'),
  width: positiveInteger.default(16).describe('Filters of the first stage.'),
  dropout,
  channels,
});

const resnet18 = z.strictObject({
  name: z.literal('resnet18'),
  width: positiveInteger.default(64).describe('Filters of the first stage.'),
  stem: z.enum(['small']).default('small').describe('small: 3×3 without pooling, for images of about 28 pixels.'),
  dropout,
  channels,
});

const unet2d = z.strictObject({
  name: z.literal('unet2d'),
  width: positiveInteger.default(32).describe('Filters of the first level.'),
  depth: z.int().min(1).max(6).default(4).describe('Number of poolings.'),
  dropout,
  channels,
});

/** The network, chosen by name. */
export const modelSchema = z.discriminatedUnion('name', [cnn, resnet18, unet2d]);
