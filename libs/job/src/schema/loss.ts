import * as z from 'zod';
import { fraction, numberFromZero, positiveNumber } from './number.ts';

const crossEntropy = z.strictObject({
  name: z.literal('crossEntropy'),
  classWeights: z.array(positiveNumber).min(2).exactOptional().describe('One weight for each class, in class order.'),
  labelSmoothing: fraction.default(0),
});

const dice = z.strictObject({
  name: z.literal('dice'),
  smooth: numberFromZero.default(1).describe('Added above and below the division, so that empty masks count.'),
});

const mse = z.strictObject({ name: z.literal('mse') });

/** The loss, chosen by name; the default depends on the task. */
export const lossSchema = z.discriminatedUnion('name', [crossEntropy, dice, mse]);
