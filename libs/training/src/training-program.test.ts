import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { type Job, jobFromJson } from '@collimator/job';
import { describe, expect, test } from 'vitest';
import {
  type TrainingData,
  type TrainingProgram,
  buildEvaluationProgram,
  buildTrainingProgram,
  dropoutKeys,
  evaluationUnits,
  inputNames,
  evaluationGraphName,
  laneGraphName,
  measureSplit,
  probeRuns,
  readStepSummary,
} from './index.ts';

const engine = await engineForTests();

const data: TrainingData = { sampleShape: [8, 8, 1], classes: 2, trainSamples: 19, evaluatedSamples: [70, 5] };

function jobWith(spec: object): Job {
  return jobFromJson(
    {
      apiVersion: 'collimator.dev/v1alpha1',
      kind: 'TrainingJob',
      metadata: { name: 'program' },
      spec: {
        task: 'classification',
        seed: 7,
        data: { dataset: 'any' },
        training: { epochs: 1, lanes: 4, laneBatch: 3, optimizer: { name: 'adam', learningRate: 0.01 } },
        ...spec,
      },
    },
    'program.json',
  );
}

interface TaskCase {
  readonly task: string;
  readonly job: Job;
  readonly dropoutOperations: number;
  readonly labelShape: readonly number[];
  readonly floatsPerSample: number;
  readonly metrics: readonly string[];
}

const cases: readonly TaskCase[] = [
  {
    task: 'classification',
    job: jobWith({ model: { name: 'cnn', width: 4, dropout: 0.3 } }),
    dropoutOperations: 1,
    labelShape: [],
    floatsPerSample: 2,
    metrics: ['accuracy'],
  },
  {
    task: 'classification with ResNet-18 on repeated channels',
    job: jobWith({ model: { name: 'resnet18', width: 4, channels: 3 } }),
    dropoutOperations: 0,
    labelShape: [],
    floatsPerSample: 2,
    metrics: ['accuracy'],
  },
  {
    task: 'segmentation',
    job: jobWith({ task: 'segmentation', model: { name: 'unet2d', width: 4, depth: 2, dropout: 0.2 } }),
    dropoutOperations: 1,
    labelShape: [8, 8],
    floatsPerSample: 3,
    metrics: ['dice'],
  },
  {
    task: 'regression',
    job: jobWith({ task: 'regression', model: { name: 'cnn', width: 4 } }),
    dropoutOperations: 0,
    labelShape: [2],
    floatsPerSample: 2,
    metrics: ['mse', 'mae'],
  },
];

/** Inputs of a graph: ramps of grey values, labels of 0 and 1. */
function inputsOf(training: TrainingProgram, graph: string): Record<string, Float32Array | Int32Array> {
  const source = training.source.graphs.find(({ name }) => name === graph);
  const entries = (source?.inputs ?? []).map(({ name, dtype, shape }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    if (name === inputNames.dropout) return [name, dropoutKeys([1, 2], 0, 0, shape[0])] as const;
    const value = (_: unknown, index: number) => (dtype === 'int32' ? index % 2 : (index % 17) / 17);
    return [
      name,
      dtype === 'int32' ? Int32Array.from({ length }, value) : Float32Array.from({ length }, value),
    ] as const;
  });
  return Object.fromEntries(entries) as Record<string, Float32Array | Int32Array>;
}

describe.each(cases)('the program of a $task', ({ job, dropoutOperations, labelShape, floatsPerSample, metrics }) => {
  const build = () => buildTrainingProgram(job, data);

  test('has a graph for each lane size and each unit size', () => {
    expect(build().source.graphs.map(({ name }) => name)).toEqual([
      ...['lane/3', 'lane/2', 'lane/1'],
      ...['evaluate/64', 'evaluate/6', 'evaluate/5'],
    ]);
  });

  test('says what lanes take and evaluations give', () => {
    const training = build();
    const [lane] = training.source.graphs;
    const dropout = { name: 'dropout', dtype: 'int32', shape: [dropoutOperations, 2] };
    expect(lane.inputs).toEqual([
      { name: 'images', dtype: 'float32', shape: [3, 8, 8, 1] },
      expect.objectContaining({ name: 'labels', shape: [3, ...labelShape] }),
      ...(dropoutOperations === 0 ? [] : [dropout]),
    ]);
    expect(training.dropoutOperations).toBe(dropoutOperations);
    expect(training.evaluation.floatsPerSample).toBe(floatsPerSample);
  });

  test('compiles; steps on one batch lower its loss; the rest of the batch has its own graph', async () => {
    const training = build();
    const program = await engine.compile(training.source);
    const vector = new Float32Array(training.layout.length);
    const losses: number[] = [];
    for (let update = 1; update <= 12; update++) {
      await program.run('lane/3', inputsOf(training, 'lane/3'), vector);
      const summary = readStepSummary(vector, training);
      losses.push(summary.loss);
      expect(summary.count).toBe(3);
      expect(Object.keys(summary.metrics)).toEqual(metrics);
      await program.apply(vector, { learningRate: 0.01, update });
    }
    expect(losses[11]).toBeLessThan(losses[0]);
    await program.run('lane/2', inputsOf(training, 'lane/2'), vector);
    expect(readStepSummary(vector, training).count).toBe(2);
    for (const size of [64, 5]) {
      const graph = `evaluate/${size}`;
      expect(program.outputLength(graph)).toBe(size * floatsPerSample);
      const result = new Float32Array(size * floatsPerSample);
      await program.run(graph, inputsOf(training, graph), result);
      expect(result.every(Number.isFinite)).toBe(true);
    }
    await program.close();
  });
});

describe('probeRuns', () => {
  const build = () => buildTrainingProgram(cases[0].job, data);

  test('runs every graph on the same inputs each time', () => {
    const runs = probeRuns(build().source);
    const graphs = [...[3, 2, 1].map(laneGraphName), ...[64, 6, 5].map(evaluationGraphName)];
    expect(runs.map(({ graph }) => graph)).toEqual(graphs);
    expect(runs).toEqual(probeRuns(build().source));
  });

  test('gives every input of the graph', async () => {
    const training = build();
    const program = await engine.compile(training.source);
    const vectors: Float32Array[] = [];
    for (const { graph, inputs } of [...probeRuns(training.source), ...probeRuns(training.source)]) {
      const vector = new Float32Array(program.outputLength(graph));
      await program.run(graph, inputs, vector);
      vectors.push(vector);
    }
    await program.close();
    const half = vectors.length / 2;
    expect(vectors.slice(0, half)).toEqual(vectors.slice(half));
  });
});

describe('evaluation', () => {
  const { job } = cases[0];
  const samples = 70;

  async function predict(): Promise<Float32Array> {
    const { source, evaluation } = buildEvaluationProgram(job, data, [samples]);
    const program = await engine.compile(source);
    const predictions = new Float32Array(samples * evaluation.floatsPerSample);
    for (const { graph, first, size } of evaluationUnits(samples, 4)) {
      const images = Float32Array.from({ length: size * 64 }, (_, index) => ((first * 64 + index) % 101) / 101);
      await program.run(graph, { images }, predictions.subarray(2 * first, 2 * (first + size)));
    }
    await program.close();
    return predictions;
  }

  test('gives probabilities in sample order, measured with the metrics of the job', async () => {
    const predictions = await predict();
    for (let sample = 0; sample < samples; sample++) {
      expect(predictions[2 * sample] + predictions[2 * sample + 1]).toBeCloseTo(1, 5);
    }
    const labels = Int32Array.from({ length: samples }, (_, sample) =>
      predictions[2 * sample + 1] > predictions[2 * sample] ? 1 : 0,
    );
    labels[0] = 1 - labels[0];
    expect(measureSplit(job, { predictions, samples, classes: 2, labels }).accuracy).toBeCloseTo(69 / 70, 6);
  });
});

describe('buildTrainingProgram refuses', () => {
  const crossEntropy = { name: 'crossEntropy', classWeights: [1, 2, 3] };
  test.each([
    [
      { model: { name: 'cnn' }, training: { epochs: 1, loss: crossEntropy } },
      '3 class weights are given, the data set has 2 classes',
    ],
    [
      { task: 'segmentation', model: { name: 'unet2d', depth: 4 } },
      'images of 8×8 pixels cannot be halved 4 times; height and width must be multiples of 16',
    ],
  ])('%o', (spec, message) => {
    expect(() => buildTrainingProgram(jobWith(spec), data)).toThrow(message);
  });
});
