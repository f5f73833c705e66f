import { loadWeights, type Weights } from '@collimator/checkpoints';
import { type DatasetIndex, openDataset } from '@collimator/datasets';
import { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import type { ObjectStore } from '@collimator/object-store';
import { isOver, runKeys, type RunRecord, RunStore } from '@collimator/runs';
import { sha256OfBytes } from '../sha256.ts';

/** A run's weights, with what they were trained on. */
export interface TrainedRun {
  readonly run: string;
  readonly store: ObjectStore;
  readonly job: Job;
  readonly dataset: DatasetIndex;
  readonly weights: Weights;
  readonly weightsFile: WeightsFile;
}

/** Which of a run's weight files is used. */
interface WeightsFile {
  /** In the store. */
  readonly key: string;
  readonly sha256: string;
  /** Whether these are the run's result; the newest stand in where there is none. */
  readonly selected: boolean;
}

/**
 * Opens the selected weights of a run, or its newest ones where it has selected none.
 * @param reference a run, a unique prefix of one, or `latest`
 * @throws CollimatorError `run_missing`, `run_ambiguous`, `run_state` where it has no weights, `dataset_missing`,
 * `dataset_corrupt` where the data set is another than the run's, `weights_corrupt`
 */
export async function openTrainedRun(store: ObjectStore, reference: string): Promise<TrainedRun> {
  const runs = new RunStore(store);
  const run = await runs.resolve(reference);
  const record = await runs.read(run);
  const weightsFile = weightsFileOf(record);
  const { dataset: trainedOn } = record;
  const job = await runs.readJob(run);
  const dataset = await openDataset(store, trainedOn.name, sha256OfBytes);
  if (dataset.sha256 !== trainedOn.sha256) throw otherDataset(run, trainedOn, dataset);
  const weights = await loadWeights(store, weightsFile.key, weightsFile.sha256, sha256OfBytes);
  return { run, store, job, dataset, weights, weightsFile };
}

/** For people, where the weights are not the run's result; else nothing. */
export function weightsNotice({ run, weights, weightsFile }: TrainedRun): string[] {
  if (weightsFile.selected) return [];
  return [`Run ${run} has selected no weights: its newest are used, those of step ${weights.step}`];
}

function weightsFileOf(record: RunRecord): WeightsFile {
  const { run, weightsSha256, lastWeights } = record;
  if (weightsSha256 !== null) return { key: runKeys(run).weights, sha256: weightsSha256, selected: true };
  if (lastWeights !== null) return { ...lastWeights, selected: false };
  throw withoutWeights(record);
}

function withoutWeights({ run, state }: RunRecord): CollimatorError {
  return new CollimatorError(
    'run_state',
    `run ${run} is ${state} and has written no weights; needed is a run that has`,
    {
      next: isOver(state)
        ? 'Train again, or choose another run: npx collimator runs list'
        : 'Wait for its first evaluation, which is when it writes weights, or choose another run: npx collimator runs list',
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
