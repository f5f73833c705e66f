import { loadWeights, type Weights } from '@collimator/checkpoints';
import { type DatasetIndex, openDataset } from '@collimator/datasets';
import { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import type { ObjectStore } from '@collimator/object-store';
import { runKeys, RunStore } from '@collimator/runs';
import { sha256OfBytes } from '../sha256.ts';

/** A run's result, with what it was trained on. */
export interface TrainedRun {
  readonly run: string;
  readonly store: ObjectStore;
  readonly job: Job;
  readonly dataset: DatasetIndex;
  readonly weights: Weights;
}

/**
 * Opens the selected weights of a run.
 * @param reference a run, a unique prefix of one, or `latest`
 * @throws CollimatorError `run_missing`, `run_ambiguous`, `run_state` where it has no weights, `dataset_missing`,
 * `dataset_corrupt` where the data set is another than the run's, `weights_corrupt`
 */
export async function openTrainedRun(store: ObjectStore, reference: string): Promise<TrainedRun> {
  const runs = new RunStore(store);
  const run = await runs.resolve(reference);
  const { state, weightsSha256, dataset: trainedOn } = await runs.read(run);
  if (weightsSha256 === null) throw withoutWeights(run, state);
  const job = await runs.readJob(run);
  const dataset = await openDataset(store, trainedOn.name, sha256OfBytes);
  if (dataset.sha256 !== trainedOn.sha256) throw otherDataset(run, trainedOn, dataset);
  const weights = await loadWeights(store, runKeys(run).weights, weightsSha256, sha256OfBytes);
  return { run, store, job, dataset, weights };
}

function withoutWeights(run: string, state: string): CollimatorError {
  return new CollimatorError(
    'run_state',
    `run ${run} is ${state} and has no selected weights; needed is a run that has`,
    {
      next: 'Choose another: npx collimator runs list',
    },
  );
}

function otherDataset(run: string, expected: { name: string; sha256: string }, actual: DatasetIndex): CollimatorError {
  return new CollimatorError(
    'dataset_corrupt',
    `data set "${expected.name}" has SHA-256 ${actual.sha256}, run ${run} was trained on ${expected.sha256}`,
    { next: 'Import the data set again as it was, into this store or another (--store)' },
  );
}
