import * as z from 'zod';
import { fraction, numberFromZero, positiveNumber } from './number.ts';

const sgd = z.strictObject({
  name: z.literal('sgd'),
  learningRate: positiveNumber.default(0.01),
  momentum: fraction.default(0),
  nesterov: z.boolean().default(false),
  weightDecay: numberFromZero.default(0).describe('L2 penalty, added to the gradient.'),
});

const adamFields = {
  learningRate: positiveNumber.default(0.001),
  beta1: fraction.default(0.9),
  beta2: fraction.default(0.999),
  epsilon: positiveNumber.default(1e-8),
};

const adam = z.strictObject({
  name: z.literal('adam'),
  ...adamFields,
  weightDecay: numberFromZero.default(0).describe('L2 penalty, added to the gradient.'),
});

const adamw = z.strictObject({
  name: z.literal('adamw'),
  ...adamFields,
  weightDecay: numberFromZero
    .default(0.01)
    .describe('Decoupled: subtracted from the weights, times the learning rate.'),
});

/** The optimizer, chosen by name; defaults are those of PyTorch. */
export const optimizerSchema = z.discriminatedUnion('name', [sgd, adam, adamw]);
