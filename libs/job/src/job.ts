import type * as z from 'zod';
import type { jobSchema } from './schema/job.ts';
import { type MetricName, taskChoices } from './schema/task.ts';

/** A job file whose fields are valid one by one; what depends on the task is not filled in yet. */
export type CheckedJob = z.output<typeof jobSchema>;
type CheckedSpec = CheckedJob['spec'];

export type ModelChoice = CheckedSpec['model'];
export type OptimizerChoice = CheckedSpec['training']['optimizer'];
export type ScheduleChoice = CheckedSpec['training']['schedule'];
export type LossChoice = NonNullable<CheckedSpec['training']['loss']>;
export type AugmentationOptions = CheckedSpec['data']['augmentation'];
export type Numerics = CheckedSpec['numerics'];
export type DeviceChoice = CheckedSpec['device'];

export type TrainingSpec = CheckedSpec['training'] & { readonly loss: LossChoice };
export type EvaluationSpec = CheckedSpec['evaluation'] & {
  readonly metrics: readonly MetricName[];
  readonly select: MetricName;
};
export type WorkersSpec = CheckedSpec['workers'] & { readonly max: number };
export type CheckpointsSpec = CheckedSpec['checkpoints'];

export type JobSpec = CheckedSpec & {
  readonly training: TrainingSpec;
  readonly evaluation: EvaluationSpec;
  readonly workers: WorkersSpec;
};

/** A valid job with every default filled in. */
export type Job = CheckedJob & { readonly spec: JobSpec };

/** Fills in the defaults that depend on the task or on another field. */
export function fillDefaults(job: CheckedJob): Job {
  const { task, training, evaluation, workers } = job.spec;
  const metrics = evaluation.metrics ?? [...taskChoices[task].defaultMetrics];
  return {
    ...job,
    spec: {
      ...job.spec,
      training: { ...training, loss: training.loss ?? { ...taskChoices[task].defaultLoss } },
      evaluation: { ...evaluation, metrics, select: evaluation.select ?? firstOf(metrics) },
      workers: { ...workers, max: workers.max ?? training.lanes },
    },
  };
}

function firstOf(metrics: readonly MetricName[]): MetricName {
  const [first] = metrics;
  if (first === undefined) throw new TypeError('a job needs at least one metric, got none');
  return first;
}
