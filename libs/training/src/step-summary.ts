import { CollimatorError } from '@collimator/errors';
import type { TrainingProgram } from './training-program.ts';
import type { VectorLayout } from './vector-layout.ts';

/** What one step's reduced vector says about the training. */
export interface StepSummary {
  /** Mean over the samples of the step. */
  readonly loss: number;
  readonly count: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Reads loss and metrics from the vector that is the sum over all lanes. */
export function readStepSummary(
  reduced: Float32Array,
  { layout, summarise }: Pick<TrainingProgram, 'layout' | 'summarise'>,
): StepSummary {
  const count = reduced[layout.countOffset];
  const metricSums = layout.metrics.map(({ offset }) => reduced[offset]);
  return { loss: reduced[layout.lossOffset] / count, count, metrics: summarise(metricSums, count) };
}

/**
 * Throws `non_finite`, naming step and lane, where the loss of a lane's own vector is not a number.
 * @param step zero-based
 */
export function requireFiniteLoss(vector: Float32Array, layout: VectorLayout, step: number, lane: number): void {
  const loss = vector[layout.lossOffset];
  if (Number.isFinite(loss)) return;
  throw new CollimatorError('non_finite', `the loss of lane ${lane} at step ${step} is ${loss}, not a finite number`, {
    next: 'lower the learning rate, add spec.training.clip, or look for broken images; the last good weights are kept',
  });
}
