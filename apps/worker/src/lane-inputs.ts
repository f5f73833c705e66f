import type { Job } from '@collimator/job';
import { deriveSeed } from '@collimator/random';
import { type TrainingProgram, dropoutKeys, inputNames } from '@collimator/training';
import type { LaneBatch } from './loaders/index.ts';

type Inputs = Readonly<Record<string, Float32Array | Int32Array>>;

/** What one lane's graph is fed: the batch, and the keys of its dropout masks. */
export function laneInputs(
  job: Job,
  training: TrainingProgram,
): (batch: LaneBatch, step: number, lane: number) => Inputs {
  const dropoutSeed = deriveSeed(job.spec.seed, 'dropout');
  const operations = training.dropoutOperations;
  return (batch, step, lane) => ({
    [inputNames.images]: batch.images,
    [inputNames.labels]: batch.labels,
    ...(operations === 0 ? {} : { [inputNames.dropout]: dropoutKeys(dropoutSeed, step, lane, operations) }),
  });
}
