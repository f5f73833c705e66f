import type { Evaluation } from '@collimator/runs';
import type { StepOutcome } from './training-step.ts';
import type { WrittenWeights } from './weight-files.ts';

/** A validation during training: metrics without intervals. */
export interface Measurement {
  readonly split: string;
  /** Updates that were applied. */
  readonly step: number;
  /** Passes over the data that are complete, or begun where the training ends within one. */
  readonly epoch: number;
  readonly values: Readonly<Record<string, number | null>>;
  readonly samples: number;
  /** Whether these are the best weights so far. */
  readonly selected: boolean;
}

/** What a training tells whoever watches over it. `step` counts updates that were applied, `epoch` passes that are complete. */
export interface TrainingEvents {
  stepDone(step: number, epoch: number, outcome: StepOutcome): Promise<void>;
  measured(measurement: Measurement): Promise<void>;
  weightsWritten(file: WrittenWeights, selected: boolean): Promise<void>;
  /** A step was not finite because of these lanes of this worker. */
  notFinite(step: number, lanes: readonly number[]): Promise<void>;
  finishing(step: number, digest: string): Promise<void>;
  evaluated(evaluation: Evaluation): Promise<void>;
}
