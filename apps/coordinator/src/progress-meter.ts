import type { PhaseTimes } from '@collimator/protocol';

/** One step as every member reported it. */
export interface MeteredStep {
  /** Samples of the global batch. */
  readonly samples: number;
  /** One entry for each worker. */
  readonly phases: readonly Pick<PhaseTimes, 'waitMs' | 'computeMs' | 'exchangeMs' | 'applyMs'>[];
}

/** Rates over some steps. */
export interface Rates {
  /** 0 until a step was metered. */
  readonly imagesPerSecond: number;
  /** Share of the workers' step time spent waiting for data, 0 to 1. */
  readonly dataWaitShare: number;
}

const recentSteps = 50;

interface Sums {
  readonly samples: number;
  /** Time of the slowest worker, in milliseconds. */
  readonly stepMs: number;
  readonly waitMs: number;
  /** Time of all workers. */
  readonly workerMs: number;
}

/** Rates of a run from the reported phase times: evaluation and checkpoints between steps do not count. */
export class ProgressMeter {
  #recent: Sums[] = [];
  #all: Sums = { samples: 0, stepMs: 0, waitMs: 0, workerMs: 0 };

  add(step: MeteredStep): void {
    const sums = sumsOf(step);
    this.#recent = [...this.#recent, sums].slice(-recentSteps);
    this.#all = plus(this.#all, sums);
  }

  /** Over the last 50 steps. */
  recent(): Rates {
    return ratesOf(this.#recent.reduce(plus, { samples: 0, stepMs: 0, waitMs: 0, workerMs: 0 }));
  }

  /** Over the whole run. */
  overall(): Rates {
    return ratesOf(this.#all);
  }
}

function sumsOf({ samples, phases }: MeteredStep): Sums {
  const times = phases.map((phase) => phase.waitMs + phase.computeMs + phase.exchangeMs + phase.applyMs);
  return {
    samples,
    stepMs: Math.max(0, ...times),
    waitMs: phases.reduce((sum, phase) => sum + phase.waitMs, 0),
    workerMs: times.reduce((sum, time) => sum + time, 0),
  };
}

function plus(a: Sums, b: Sums): Sums {
  return {
    samples: a.samples + b.samples,
    stepMs: a.stepMs + b.stepMs,
    waitMs: a.waitMs + b.waitMs,
    workerMs: a.workerMs + b.workerMs,
  };
}

function ratesOf({ samples, stepMs, waitMs, workerMs }: Sums): Rates {
  return {
    imagesPerSecond: stepMs === 0 ? 0 : (samples * 1_000) / stepMs,
    dataWaitShare: workerMs === 0 ? 0 : waitMs / workerMs,
  };
}
