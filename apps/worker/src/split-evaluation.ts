import type { Split } from '@collimator/datasets';
import { type Evaluation, evaluationOf } from '@collimator/runs';
import { type EvaluatedSplit, assessSplit, measureSplit } from '@collimator/training';
import { evaluateInRound } from './evaluation-round.ts';
import type { TrainingContext } from './training-context.ts';

/** A state of the training: after so many updates. */
export interface TrainedState {
  readonly step: number;
  readonly digest: string;
}

/** Evaluates the weights after `step` with all members; every one of them gets the predictions of all samples. */
export async function evaluateSplit(
  context: TrainingContext,
  split: Split,
  round: number,
  step: number,
): Promise<EvaluatedSplit> {
  const { dataset, samples: reader } = context;
  const { samples } = dataset.content.splits[split];
  const predictions = await evaluateInRound(context, split, round, step);
  const labels = new Int32Array(samples);
  for (let sample = 0; sample < samples; sample += 1) labels[sample] = (await reader.read(split, sample)).label;
  return { predictions, samples, classes: dataset.content.label.classes.length, labels };
}

/** The metrics of an evaluation without intervals; every worker computes the same. */
export function measure(context: TrainingContext, evaluated: EvaluatedSplit): ReturnType<typeof measureSplit> {
  return measureSplit(context.job, evaluated);
}

/** The whole evaluation, with intervals: one worker computes it. */
export function assess(
  context: TrainingContext,
  split: Split,
  evaluated: EvaluatedSplit,
  { step, digest }: TrainedState,
): Evaluation {
  const assessment = assessSplit(context.job, evaluated);
  return evaluationOf(
    assessment,
    { split, step, digest, jobHash: context.jobHash },
    context.dataset.content.label.classes,
  );
}
