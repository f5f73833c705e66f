import { userInfo } from 'node:os';
import { recordTestRead, SampleReader, type Split } from '@collimator/datasets';
import type { EngineLocation } from '@collimator/engine-tensorflow';
import {
  type Evaluation,
  evaluationOf,
  type EvaluationSummary,
  type RunRecord,
  RunStore,
  summaryOf,
} from '@collimator/runs';
import { assessSplit } from '@collimator/training';
import { sha256OfBytes } from '../sha256.ts';
import { Predictor, type SampleSource } from './predictor.ts';
import type { TrainedRun } from './trained-run.ts';

const cacheBytes = 512 * 1024 ** 2;

interface EvaluationRequest {
  readonly split: Split;
  readonly engine: EngineLocation;
  /** The moment, which a read of the test split is recorded with. */
  readonly at: Date;
}

/**
 * Evaluates a run's weights on a split of its data set, keeps the evaluation with the run and returns the run's record.
 * A read of the test split is recorded with the data set before it happens.
 */
export async function evaluateRun(trained: TrainedRun, { split, engine, at }: EvaluationRequest): Promise<RunRecord> {
  const { run, store, dataset } = trained;
  if (split === 'test') {
    await recordTestRead(store, dataset, { who: userInfo().username, at: at.toISOString(), run });
  }
  const evaluation = await evaluate(trained, split, engine);
  const runs = new RunStore(store);
  await runs.writeEvaluation(run, evaluation);
  return runs.update(run, (record) => ({
    ...record,
    evaluations: withNewest(record.evaluations, summaryOf(evaluation)),
  }));
}

async function evaluate(trained: TrainedRun, split: Split, engine: EngineLocation): Promise<Evaluation> {
  const { job, dataset, weights } = trained;
  const source = splitSource(trained, split);
  const predictor = await Predictor.load(trained, source, engine);
  const predictions = await predictor.predictAndClose();
  const labels = new Int32Array(source.samples);
  for (let sample = 0; sample < source.samples; sample += 1) labels[sample] = (await source.read(sample)).label;
  const { classes } = dataset.content.label;
  const assessment = assessSplit(job, { predictions, samples: source.samples, classes: classes.length, labels });
  const { step, digest, jobHash } = weights;
  return evaluationOf(assessment, { split, step, digest, jobHash }, classes);
}

function splitSource({ store, dataset }: TrainedRun, split: Split): SampleSource {
  const reader = new SampleReader({ store, index: dataset, sha256: sha256OfBytes, cacheBytes });
  return { samples: dataset.content.splits[split].samples, read: (sample) => reader.read(split, sample) };
}

/** One evaluation for each split and step, the newest last. */
function withNewest(evaluations: readonly EvaluationSummary[], newest: EvaluationSummary): EvaluationSummary[] {
  const others = evaluations.filter(({ split, step }) => split !== newest.split || step !== newest.step);
  return [...others, newest];
}
