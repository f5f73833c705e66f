import type { Job } from '@collimator/job';

/** The samples of one step: positions `first` to `first + size − 1` of the epoch's order. */
export interface StepBatch {
  /** Zero-based. */
  readonly epoch: number;
  readonly first: number;
  readonly size: number;
}

/** The part of a batch that one lane computes, as positions of the epoch's order. */
export interface LanePart {
  readonly first: number;
  readonly size: number;
}

/** Which samples belong to which step and lane: a pure function of the job and the size of the training split. */
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
  /** Where each lane's samples lie in the epoch's order; lanes follow one another. */
  laneParts(step: number): readonly LanePart[];
  /** Every size above zero that a lane can have, descending: each is a graph. */
  readonly distinctLaneSizes: readonly number[];
  /** Whether an epoch, or the training, ends with this step. */
  endsEpoch(step: number): boolean;
}

/** Plans a job over a training split. The last batch of an epoch is what remains, dealt evenly over the lanes. */
export function planTraining(job: Job, trainSamples: number): TrainingPlan {
  const { epochs, maxSteps, lanes, laneBatch } = job.spec.training;
  const batchSize = lanes * laneBatch;
  const stepsPerEpoch = Math.ceil(trainSamples / batchSize);
  const totalSteps = Math.min(epochs * stepsPerEpoch, maxSteps ?? Infinity);
  const batch = (step: number): StepBatch => {
    const first = (step % stepsPerEpoch) * batchSize;
    return { epoch: Math.floor(step / stepsPerEpoch), first, size: Math.min(batchSize, trainSamples - first) };
  };
  const laneSizes = (step: number) => dealEvenly(batch(step).size, lanes);
  return {
    stepsPerEpoch,
    totalSteps,
    epochs: Math.ceil(totalSteps / stepsPerEpoch),
    lanes,
    laneBatch,
    batch,
    laneSizes,
    laneParts: (step) => consecutiveParts(batch(step).first, laneSizes(step)),
    distinctLaneSizes: distinctSizes([...laneSizes(0), ...laneSizes(stepsPerEpoch - 1)]),
    endsEpoch: (step) => (step + 1) % stepsPerEpoch === 0 || step + 1 === totalSteps,
  };
}

/** Deals `count` over `lanes`: the first `count mod lanes` lanes get one more than the others. */
export function dealEvenly(count: number, lanes: number): number[] {
  const least = Math.floor(count / lanes);
  return Array.from({ length: lanes }, (_, lane) => (lane < count % lanes ? least + 1 : least));
}

function consecutiveParts(start: number, sizes: readonly number[]): LanePart[] {
  let first = start;
  return sizes.map((size) => {
    const part = { first, size };
    first += size;
    return part;
  });
}

function distinctSizes(sizes: readonly number[]): number[] {
  return [...new Set(sizes)].filter((size) => size > 0).sort((left, right) => right - left);
}
