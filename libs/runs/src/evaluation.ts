import { type Assessment } from '@collimator/metrics';
import * as z from 'zod';
import { documentReader } from './document.ts';

const interval = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

const confusion = z.object({
  classes: z.array(z.string()).readonly(),
  counts: z.array(z.array(z.int()).readonly()).readonly(),
});

/** What the run record and the command line say of an evaluation. */
export const evaluationSummarySchema = z.object({
  split: z.string(),
  step: z.int(),
  metrics: z.record(z.string(), interval).readonly(),
  confusion: z.exactOptional(confusion),
});

export type EvaluationSummary = z.output<typeof evaluationSummarySchema>;

/** Version of evaluation files that this build writes and reads. */
export const evaluationFormatVersion = 1;

const evaluationSchema = evaluationSummarySchema.extend({
  formatVersion: z.literal(evaluationFormatVersion),
  digest: z.string(),
  jobHash: z.string(),
  samples: z.int(),
  bootstrap: z.object({
    resamples: z.int(),
    level: z.number(),
    seed: z.number(),
    unit: z.enum(['patient', 'sample']),
    units: z.int(),
  }),
});

/**
 * The file of one evaluation. Nothing in it names a run, a machine or a time, so that equal training gives equal files.
 */
export type Evaluation = z.output<typeof evaluationSchema>;

/** The evaluation that an assessment of a split after a step makes. */
export function evaluationOf(
  assessment: Assessment,
  place: { readonly split: string; readonly step: number; readonly digest: string; readonly jobHash: string },
  classes: readonly string[],
): Evaluation {
  const { samples, metrics, confusion: counts, bootstrap } = assessment;
  return {
    formatVersion: evaluationFormatVersion,
    ...place,
    samples,
    metrics,
    ...(counts === undefined ? {} : { confusion: { classes, counts } }),
    bootstrap,
  };
}

/** The part of an evaluation that the run record keeps. */
export function summaryOf({ split, step, metrics, confusion: matrix }: Evaluation): EvaluationSummary {
  return { split, step, metrics, ...(matrix === undefined ? {} : { confusion: matrix }) };
}

/** Reads an evaluation file. Throws `run_corrupt`, `format_version`. */
export const parseEvaluation = documentReader(evaluationSchema, evaluationFormatVersion);
