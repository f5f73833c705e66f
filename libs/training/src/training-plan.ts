import { Sampler } from '@collimator/datasets';
import type { Job } from '@collimator/job';

/** The samples of one step. */
export interface StepBatch {
  /** Zero-based. */
  readonly epoch: number;
  readonly size: number;
}

/** How a job cuts its training into steps and lanes: a pure function of the job and the size of the training split. */
export interface TrainingPlan {
  readonly stepsPerEpoch: number;
  /** Steps of the whole training; the last step is `totalSteps − 1`. */
  readonly totalSteps: number;
  /** Epochs that are begun. */
  readonly epochs: number;
  readonly lanes: number;
  readonly laneBatch: number;
  /** The batch of a zero-based step. */
  batch(step: number): StepBatch;
  /** Samples of each lane; sizes differ by at most one, and nothing is padded. */
  laneSizes(step: number): readonly number[];
  /** Every size above zero that a lane can have, descending: each is a graph. */
  readonly distinctLaneSizes: readonly number[];
  /** Whether an epoch, or the training, ends with this step. */
  endsEpoch(step: number): boolean;
}

/** Plans a job over a training split. Which samples a lane gets is the sampler's to say. */
export function planTraining(job: Job, trainSamples: number): TrainingPlan {
  const { seed, training } = job.spec;
  const { epochs, maxSteps = Infinity, lanes, laneBatch } = training;
  const sampler = new Sampler({ samples: trainSamples, lanes, laneBatch, seed });
  const { stepsPerEpoch } = sampler;
  const totalSteps = Math.min(epochs * stepsPerEpoch, maxSteps);
  const laneSizes = (step: number) => Array.from({ length: lanes }, (_, lane) => sampler.laneSize(step, lane));
  return {
    stepsPerEpoch,
    totalSteps,
    epochs: Math.ceil(totalSteps / stepsPerEpoch),
    lanes,
    laneBatch,
    batch: (step) => ({
      epoch: sampler.placeOf(step).epoch,
      size: laneSizes(step).reduce((sum, size) => sum + size, 0),
    }),
    laneSizes,
    distinctLaneSizes: sampler.laneSizes(),
    endsEpoch: (step) => (step + 1) % stepsPerEpoch === 0 || step + 1 === totalSteps,
  };
}
