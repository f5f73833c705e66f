import type { DatasetIndex } from '@collimator/datasets';
import { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import { createLoss } from '@collimator/losses';
import { createModel } from '@collimator/models';
import { trainingDataOf } from '@collimator/training';

/** Each throws `job_invalid` with its problems where the job does not fit the data set. */
const checks: readonly ((job: Job, dataset: DatasetIndex) => unknown)[] = [
  requireLabels,
  ({ spec }, { content }) => createLoss(spec.training.loss, spec.task, content.label.classes.length),
  ({ spec }, dataset) => {
    const { classes, sampleShape } = trainingDataOf(dataset);
    return createModel(spec.model, classes, sampleShape[2]);
  },
];

/**
 * Refuses a job that does not fit its data set, as far as that shows without an engine: images, labels, class weights,
 * channels.
 * @throws CollimatorError `job_invalid` with every problem
 */
export function requireFit(job: Job, dataset: DatasetIndex): void {
  const misfits = checks.flatMap((check) => misfitsOf(() => check(job, dataset)));
  if (misfits.length === 0) return;
  const problems = misfits.flatMap((misfit) => misfit.problems);
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new CollimatorError('job_invalid', `job ${job.metadata.name} has ${count} with data set ${dataset.name}`, {
    next: `Correct the job, or choose another data set; see: npx collimator datasets show ${dataset.name}`,
    problems,
  });
}

function misfitsOf(check: () => unknown): CollimatorError[] {
  try {
    check();
    return [];
  } catch (thrown) {
    if (thrown instanceof CollimatorError && thrown.code === 'job_invalid') return [thrown];
    throw thrown;
  }
}

/** Data sets have a class for each sample. */
function requireLabels({ spec }: Job, { content }: DatasetIndex): void {
  if (spec.task === 'classification') return;
  const message = `task ${spec.task} does not fit labels of kind "${content.label.kind}", one for each sample; use classification`;
  throw new CollimatorError('job_invalid', message, { problems: [{ field: 'spec.task', message }] });
}
