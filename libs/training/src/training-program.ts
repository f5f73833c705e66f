import type { ProgramSource } from '@collimator/engine';
import type { Job } from '@collimator/job';
import { parameterCount, variableSpecs } from '@collimator/layers';
import { deriveSeed } from '@collimator/random';
import type { DatasetShape, TrainingData } from './dataset-shape.ts';
import { type EvaluationForm, evaluationForm, evaluationGraph } from './evaluation-graph.ts';
import { evaluationUnitSizes } from './evaluation-units.ts';
import { laneGraph } from './lane-graph.ts';
import { type Network, createNetwork } from './network.ts';
import { optimizerSpec } from './optimizer.ts';
import { type TrainingPlan, planTraining } from './training-plan.ts';
import { type VectorLayout, layOutVector } from './vector-layout.ts';

/** What the engine compiles for an evaluation, and what its results look like. */
export interface EvaluationProgram {
  readonly source: ProgramSource;
  readonly evaluation: EvaluationForm;
  /** Trained values of the model. */
  readonly parameters: number;
}

/** What the engine compiles for a training, and what goes in and comes out. */
export interface TrainingProgram extends EvaluationProgram {
  readonly plan: TrainingPlan;
  readonly layout: VectorLayout;
  /** Rows of the `dropout` input of a lane graph; without that input where 0. */
  readonly dropoutOperations: number;
  /** Metrics of pooled metric sums, by name. */
  readonly summarise: Network['loss']['summarise'];
}

/**
 * The program of a job on a data set: one graph for each lane size (`lane/16`), one for each size of an evaluation unit
 * (`evaluate/64`), the optimizer, and variables with their initial values. Throws `job_invalid` where the parts do not
 * fit each other. Needs a tfjs backend: the model is run once on one sample.
 */
export function buildTrainingProgram(job: Job, data: TrainingData): TrainingProgram {
  const network = createNetwork(job, data);
  const plan = planTraining(job, data.trainSamples);
  const layout = layOutVector(network.declaration, network.loss.metricSums);
  const evaluation = evaluationProgram(job, network, data, data.evaluatedSamples);
  const lanes = plan.distinctLaneSizes.map((samples) => laneGraph(network, data.sampleShape, samples));
  return {
    ...evaluation,
    source: {
      ...evaluation.source,
      graphs: [...lanes, ...evaluation.source.graphs],
      update: { layout, ...updateRule(job) },
    },
    plan,
    layout,
    dropoutOperations: network.declaration.dropoutOperations,
    summarise: network.loss.summarise,
  };
}

/** The program of a job's model without training: for splits or inputs of the given sizes. */
export function buildEvaluationProgram(
  job: Job,
  shape: DatasetShape,
  evaluatedSamples: readonly number[],
): EvaluationProgram {
  return evaluationProgram(job, createNetwork(job, shape), shape, evaluatedSamples);
}

function evaluationProgram(
  job: Job,
  network: Network,
  { sampleShape, classes }: DatasetShape,
  evaluatedSamples: readonly number[],
): EvaluationProgram {
  const { task, seed } = job.spec;
  const sizes = evaluationUnitSizes(evaluatedSamples);
  return {
    source: {
      variables: variableSpecs(network.declaration, deriveSeed(seed, 'weights')),
      graphs: sizes.map((samples) => evaluationGraph(network, task, sampleShape, samples)),
    },
    evaluation: evaluationForm(task, classes),
    parameters: parameterCount(network.declaration),
  };
}

function updateRule(job: Job) {
  const { optimizer, clip } = job.spec.training;
  return { optimizer: optimizerSpec(optimizer), ...(clip === undefined ? {} : { clipNorm: clip.norm }) };
}
