import { CollimatorError } from '@collimator/errors';
import { type StepSummary, laneGraphName, learningRateAt, readStepSummary } from '@collimator/training';
import type { LoaderPool } from './loaders/index.ts';
import { laneInputs } from './lane-inputs.ts';
import { runLanes } from './run-lanes.ts';
import type { TrainingContext } from './training-context.ts';

/** What a training step needs of the context: benchmarks run it without a coordinator. */
export type StepContext = Pick<
  TrainingContext,
  'job' | 'training' | 'program' | 'exchange' | 'lanes' | 'lanesAtOnce' | 'nowMs'
> & { readonly loaders: Pick<LoaderPool, 'batch'> };

/** Where a step's time went, in milliseconds. */
export interface PhaseTimes {
  readonly waitMs: number;
  readonly computeMs: number;
  readonly exchangeMs: number;
  readonly applyMs: number;
}

/** What one step did. */
export interface StepOutcome {
  readonly summary: StepSummary;
  /** The state digest after the step. */
  readonly digest: string;
  readonly learningRate: number;
  /** Norm of the mean gradient before clipping. */
  readonly gradientNorm: number;
  readonly phases: PhaseTimes;
  /** Samples of this worker's own lanes. */
  readonly images: number;
}

/** A step whose sum is not finite; it was not applied, so the weights are still good. */
export class NonFiniteStep extends CollimatorError {
  /** Own lanes that are to blame; empty where they are another worker's, or where only the sum overflowed. */
  readonly lanes: readonly number[];

  /** `step` as people count: 1 is the first. */
  constructor(step: number, loss: number, lanes: readonly number[]) {
    const where = lanes.length === 0 ? 'no lane of this worker is to blame' : `to blame: lane ${lanes.join(', ')}`;
    super('non_finite', `step ${step}: the sum over all lanes is not finite (loss ${loss}); ${where}`, {
      next: 'lower the learning rate, set spec.training.clip, or look for broken images; the last good weights are kept',
    });
    this.lanes = lanes;
  }
}

/** Returns the function that does one step (zero-based) as this worker's part of the whole: lanes, exchange, apply. */
export function createTrainingStep(context: StepContext): (step: number, round: number) => Promise<StepOutcome> {
  const { job, training, program, exchange, loaders, lanes, lanesAtOnce, nowMs } = context;
  const { plan, layout } = training;
  const { optimizer, schedule } = job.spec.training;
  const rate = { learningRate: optimizer.learningRate, schedule, plan };
  const inputsOf = laneInputs(job, training);

  async function runLane(step: number, round: number, lane: number, startedComputing: () => void): Promise<void> {
    const size = plan.laneSizes(step)[lane] ?? 0;
    const vector = exchange.laneBuffer(round, lane);
    if (size === 0) {
      startedComputing();
      vector.fill(0);
    } else {
      const batch = await loaders.batch(step, lane);
      startedComputing();
      await program.run(laneGraphName(size), inputsOf(batch, step, lane), vector);
      batch.release();
    }
    exchange.laneReady(round, lane);
  }

  return async (step, round) => {
    exchange.beginRound(round, layout.length);
    const times = await runLanes(lanes, lanesAtOnce, (lane, started) => runLane(step, round, lane, started), nowMs);
    const lanesDone = nowMs();
    const reduced = await exchange.completed(round);
    const exchanged = nowMs();
    const summary = readStepSummary(reduced.vector, training);
    if (!reduced.finite) throw new NonFiniteStep(step + 1, summary.loss, reduced.nonFiniteLanes);
    const learningRate = learningRateAt(rate, step);
    const { gradientNorm } = await program.apply(reduced.vector, { learningRate, update: step + 1 });
    exchange.release(round);
    const applied = nowMs();
    return {
      summary,
      digest: await reduced.digestAfter,
      learningRate,
      gradientNorm,
      phases: { ...times, exchangeMs: exchanged - lanesDone, applyMs: applied - exchanged },
      images: lanes.reduce((sum, lane) => sum + (plan.laneSizes(step)[lane] ?? 0), 0),
    };
  };
}
