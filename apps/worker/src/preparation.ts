import { type DatasetIndex, openDataset } from '@collimator/datasets';
import type { Engine, Program } from '@collimator/engine';
import { loadEngine, locateEngine } from '@collimator/engine-tensorflow';
import { CollimatorError } from '@collimator/errors';
import { type Job, jobFromJson } from '@collimator/job';
import type { ObjectStore } from '@collimator/object-store';
import { FilesObjectStore } from '@collimator/object-store-files';
import type { Welcome } from '@collimator/protocol';
import { type TrainingProgram, buildTrainingProgram, trainingDataOf } from '@collimator/training';
import { sha256 } from './sha256.ts';

/** What a worker makes of its welcome, before it can compute anything. */
export interface Preparation {
  readonly job: Job;
  readonly store: ObjectStore;
  readonly dataset: DatasetIndex;
  readonly engine: Engine;
  readonly training: TrainingProgram;
  readonly program: Program;
}

/** Opens store and data set, loads the engine and compiles the job. Errors: those of the parts. */
export async function prepare(welcome: Welcome): Promise<Preparation> {
  const job = jobFromJson(JSON.parse(welcome.jobJson), 'the job of the run');
  const store = FilesObjectStore.at(welcome.store);
  const dataset = await openRunDataset(store, welcome);
  const { device, numerics } = job.spec;
  const engine = await loadEngine({
    files: await locateEngine({ device }),
    device,
    instructionSet: numerics.instructionSet,
  });
  const training = buildTrainingProgram(job, trainingDataOf(dataset));
  const program = await engine.compile(training.source);
  return { job, store, dataset, engine, training, program };
}

async function openRunDataset(store: ObjectStore, { dataset }: Welcome): Promise<DatasetIndex> {
  const wanted = dataset?.sha256 ?? '';
  const name = dataset?.name ?? '';
  const opened = await openDataset(store, name, sha256);
  if (opened.sha256 === wanted) return opened;
  throw new CollimatorError(
    'dataset_corrupt',
    `data set "${name}" in ${store.location} has SHA-256 ${opened.sha256}, the run began with ${wanted}`,
    { next: 'import the data set again as it was, or train a new run' },
  );
}
