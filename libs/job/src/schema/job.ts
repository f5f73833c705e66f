import * as z from 'zod';
import { checkpointsSchema } from './checkpoints.ts';
import { dataSchema } from './data.ts';
import { evaluationSchema } from './evaluation.ts';
import { modelSchema } from './model.ts';
import { numericsSchema } from './numerics.ts';
import { taskSchema } from './task.ts';
import { trainingSchema } from './training.ts';
import { workersSchema } from './workers.ts';

/** Version of the job file that this build reads. */
export const apiVersion = 'collimator.dev/v1alpha1';

const nameSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
  .describe('Lower-case letters, digits and dashes; runs are named after it.');

const specSchema = z.strictObject({
  task: taskSchema,
  seed: z.int().min(0).max(4_294_967_295).default(0).describe('Every random number of the job derives from it.'),
  device: z.enum(['auto', 'cpu', 'gpu']).default('auto').describe('Where lanes run; recorded with the run.'),
  numerics: numericsSchema.prefault({}),
  data: dataSchema,
  model: modelSchema,
  training: trainingSchema,
  evaluation: evaluationSchema.prefault({}),
  checkpoints: checkpointsSchema.prefault({}),
  workers: workersSchema.prefault({}),
});

/** The job file, field by field; rules between fields are in `cross-field-rules.ts`. */
export const jobSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('TrainingJob'),
  metadata: z.strictObject({ name: nameSchema }),
  spec: specSchema,
});
