import * as z from 'zod';
import { positiveInteger } from './number.ts';
import { metricSchema } from './task.ts';

/** What is measured on the validation split while training, and which weights are kept. */
export const evaluationSchema = z.strictObject({
  metrics: z.array(metricSchema).min(1).exactOptional().describe('The default depends on the task.'),
  select: metricSchema.exactOptional().describe('Metric whose best value on the validation split selects the weights.'),
  everyEpochs: positiveInteger.default(1).describe('Epochs between evaluations.'),
  holdout: z.enum(['open']).default('open').describe('open: the test split may be read after each run.'),
});
