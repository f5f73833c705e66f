import type { Job, Task } from '@collimator/job';
import { type Assessment, type Outcome, assess, computeMetric, metricNamed } from '@collimator/metrics';

/** The reduced predictions of one split, and what is true. */
export interface EvaluatedSplit {
  /** Sum of the evaluation vectors of all lanes: `floatsPerSample` floats for each sample, in sample order. */
  readonly predictions: Float32Array;
  readonly samples: number;
  /** As in `DatasetShape`. */
  readonly classes: number;
  /** Classes (int32) or targets (float32) in sample order; segmentation needs none here. */
  readonly labels: Int32Array | Float32Array;
  /** Pseudonym of each sample's patient, where known: intervals then resample patients. */
  readonly patients?: readonly string[];
}

/** The job's metrics with intervals from 2,000 resamples seeded by the job. Errors: those of `assess`. */
export function assessSplit(job: Job, split: EvaluatedSplit): Assessment {
  const metrics = job.spec.evaluation.metrics.map(metricNamed);
  return assess(outcomeOf(job.spec.task, split), metrics, { seed: job.spec.seed }, split.patients);
}

/** The job's metrics without intervals, for the evaluations during training; `null` where one has no meaning. */
export function measureSplit(job: Job, split: EvaluatedSplit): Readonly<Record<string, number | null>> {
  const outcome = outcomeOf(job.spec.task, split);
  const values = job.spec.evaluation.metrics.map((name) => [name, computeMetric(metricNamed(name), outcome) ?? null]);
  return Object.fromEntries(values) as Record<string, number | null>;
}

function outcomeOf(task: Task, { predictions, samples, classes, labels }: EvaluatedSplit): Outcome {
  const count = samples;
  switch (task) {
    case 'classification':
      return { task, count, classes, probabilities: predictions, labels: Int32Array.from(labels) };
    case 'segmentation':
      return { task, count, foregroundClasses: classes - 1, overlaps: predictions };
    case 'regression':
      return { task, count, width: classes, predictions, targets: Float32Array.from(labels) };
  }
}
