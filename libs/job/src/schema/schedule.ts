import * as z from 'zod';
import { countFromZero, positiveInteger, positiveNumber } from './number.ts';

const warmupSteps = countFromZero.default(0).describe('Steps over which the rate rises linearly to its full value.');

const constant = z.strictObject({ name: z.literal('constant'), warmupSteps });

const step = z.strictObject({
  name: z.literal('step'),
  milestones: z
    .array(positiveInteger)
    .min(1)
    .describe('Epochs after which the rate is multiplied by factor, ascending.'),
  factor: positiveNumber.max(1).default(0.1),
  warmupSteps,
});

const cosine = z.strictObject({
  name: z.literal('cosine'),
  finalFactor: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Share of the learning rate that is left at the last step.'),
  warmupSteps,
});

/** How the learning rate changes over the training, chosen by name. */
export const scheduleSchema = z.discriminatedUnion('name', [constant, step, cosine]);
