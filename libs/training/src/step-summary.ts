import type { TrainingProgram } from './training-program.ts';

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
