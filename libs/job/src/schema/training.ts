import * as z from 'zod';
import { lossSchema } from './loss.ts';
import { positiveInteger, positiveNumber } from './number.ts';
import { optimizerSchema } from './optimizer.ts';
import { scheduleSchema } from './schedule.ts';

/** The most lanes that a job may have. */
const maxLanes = 1024;

/** How the weights are found: all of it changes the numbers. */
export const trainingSchema = z.strictObject({
  epochs: positiveInteger.describe('Passes over the training split.'),
  maxSteps: positiveInteger.exactOptional().describe('Ends the training earlier, after this many steps.'),
  lanes: positiveInteger.max(maxLanes).default(8).describe('Parts of each batch: a power of two, fixed for the job.'),
  laneBatch: positiveInteger.default(16).describe('Samples of one lane; the batch has lanes × laneBatch samples.'),
  optimizer: optimizerSchema.prefault({ name: 'adam' }),
  schedule: scheduleSchema.prefault({ name: 'constant' }),
  loss: lossSchema.exactOptional(),
  clip: z.strictObject({ norm: positiveNumber.describe('Largest global norm of the gradient.') }).exactOptional(),
});
