import type { DatasetIndex, SampleReader } from '@collimator/datasets';
import type { Program } from '@collimator/engine';
import type { Job } from '@collimator/job';
import type { ObjectStore } from '@collimator/object-store';
import type { TrainingProgram } from '@collimator/training';
import type { GradientExchange } from './exchange/index.ts';
import type { LoaderPool } from './loaders/index.ts';

/** Everything that a member of a generation trains with. */
export interface TrainingContext {
  readonly run: string;
  readonly job: Job;
  readonly jobHash: string;
  readonly store: ObjectStore;
  readonly dataset: DatasetIndex;
  readonly samples: SampleReader;
  readonly training: TrainingProgram;
  readonly program: Program;
  readonly exchange: GradientExchange;
  readonly loaders: LoaderPool;
  /** This worker's place in the generation; rank 0 writes what one worker must write. */
  readonly rank: number;
  /** The lanes of this worker, ascending. */
  readonly lanes: readonly number[];
  readonly lanesAtOnce: number;
  readonly nowMs: () => number;
}
