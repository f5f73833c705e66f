import { deriveSeed, KeyedPermutation } from '@collimator/random';

/** What decides which sample is seen where: nothing of it changes with the number of workers. */
export interface SamplingPlan {
  /** Samples of the training split. */
  readonly samples: number;
  readonly lanes: number;
  /** Samples of one lane in a full step. */
  readonly laneBatch: number;
  /** The job's seed. */
  readonly seed: number;
}

/** A step's place in the training. */
export interface EpochStep {
  readonly epoch: number;
  /** Within the epoch. */
  readonly step: number;
}

/**
 * Deals the samples of each epoch to (step, lane): position p of the epoch's order belongs to one of them by arithmetic. All steps are
 * full but the last, whose samples are dealt evenly over the lanes; nothing is repeated and nothing left out.
 */
export class Sampler {
  readonly stepsPerEpoch: number;
  readonly #plan: SamplingPlan;
  #order: { readonly epoch: number; readonly permutation: KeyedPermutation } | undefined;

  constructor(plan: SamplingPlan) {
    for (const [name, value] of [
      ['samples', plan.samples],
      ['lanes', plan.lanes],
      ['laneBatch', plan.laneBatch],
    ] as const) {
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`${name} of a sampling plan is ${value}, not an integer from 1`);
    }
    this.#plan = plan;
    this.stepsPerEpoch = Math.ceil(plan.samples / (plan.lanes * plan.laneBatch));
  }

  /** Where a global step, counted from 0, lies. */
  placeOf(globalStep: number): EpochStep {
    return { epoch: Math.floor(globalStep / this.stepsPerEpoch), step: globalStep % this.stepsPerEpoch };
  }

  /** How many samples a lane has in a global step; may be 0 in an epoch's last step. */
  laneSize(globalStep: number, lane: number): number {
    const { from, to } = this.#range(globalStep, lane);
    return to - from;
  }

  /** The sizes that lanes have over the training, without 0, descending: each is traced once. */
  laneSizes(): number[] {
    const lanes = Array.from({ length: this.#plan.lanes }, (_, lane) => lane);
    const steps = [0, this.stepsPerEpoch - 1];
    const sizes = new Set(steps.flatMap((step) => lanes.map((lane) => this.laneSize(step, lane))));
    return [...sizes].filter((size) => size > 0).sort((a, b) => b - a);
  }

  /** The samples of a lane in a global step: numbers within the training split, in the order of the batch. */
  samplesOf(globalStep: number, lane: number): number[] {
    const { epoch } = this.placeOf(globalStep);
    const { from, to } = this.#range(globalStep, lane);
    const order = this.#orderOf(epoch);
    return Array.from({ length: to - from }, (_, index) => order.at(from + index));
  }

  /** Positions [from, to) of the epoch. */
  #range(globalStep: number, lane: number): { from: number; to: number } {
    const { samples, lanes, laneBatch } = this.#plan;
    if (!Number.isInteger(lane) || lane < 0 || lane >= lanes)
      throw new RangeError(`lane ${lane} is not one of 0 to ${lanes - 1}`);
    const start = this.placeOf(globalStep).step * lanes * laneBatch;
    const inStep = Math.min(lanes * laneBatch, samples - start);
    const least = Math.floor(inStep / lanes);
    const larger = inStep % lanes;
    const from = start + lane * least + Math.min(lane, larger);
    return { from, to: from + least + (lane < larger ? 1 : 0) };
  }

  #orderOf(epoch: number): KeyedPermutation {
    if (this.#order?.epoch !== epoch) {
      const permutation = new KeyedPermutation(this.#plan.samples, deriveSeed(this.#plan.seed, 'order'), epoch);
      this.#order = { epoch, permutation };
    }
    return this.#order.permutation;
  }
}
