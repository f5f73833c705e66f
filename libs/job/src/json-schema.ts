import * as z from 'zod';
import { jobSchema } from './schema/job.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The JSON Schema (draft 2020-12) of the job file, for editors. Rules between fields are not in it. */
export function jobJsonSchema(): JsonSchema {
  return {
    ...z.toJSONSchema(jobSchema, { io: 'input' }),
    $id: 'https://collimator.dev/schemas/job-v1alpha1.json',
    title: 'Collimator training job',
  };
}
