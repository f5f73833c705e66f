import type { GraphSource, VariableSpec } from '@collimator/engine';
import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { jobFromJson } from '@collimator/job';
import {
  type Forward,
  conv2d,
  declareModel,
  dense,
  globalAveragePooling,
  relu,
  variableSpecs,
} from '@collimator/layers';
import { createLoss } from '@collimator/losses';
import { RandomStream, deriveSeed } from '@collimator/random';
import {
  type Rank,
  type Scalar,
  type Tensor,
  type Tensor4D,
  add,
  conv2d as plainConvolution,
  div,
  logSoftmax,
  matMul,
  maxPool,
  mean,
  moments,
  mul,
  neg,
  oneHot,
  relu as plainRelu,
  sqrt,
  sub,
  sum,
  tensor,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type TrainingProgram, buildTrainingProgram } from './index.ts';
import { laneGraph } from './lane-graph.ts';
import { layOutVector } from './vector-layout.ts';

const engine = await engineForTests();
const seed = deriveSeed(7, 'lane-graph.test');

const sampleShape = [8, 8, 1] as const;

function batchOf(samples: number) {
  const stream = new RandomStream(seed);
  return {
    images: Float32Array.from({ length: samples * 64 }, () => stream.uniform()),
    labels: Int32Array.from({ length: samples }, () => stream.integer(2)),
  };
}

type Batch = ReturnType<typeof batchOf>;

function tensorsOf(variables: readonly VariableSpec[]): Record<string, Tensor> {
  return Object.fromEntries(variables.map(({ name, shape, initial }) => [name, tensor<Rank>(initial, [...shape])]));
}

function runEagerly(graph: GraphSource, variables: Record<string, Tensor>, { images, labels }: Batch): Float32Array {
  const shape = [labels.length, ...sampleShape];
  const vector = tidy(() =>
    graph.build({ images: tensor(images, shape), labels: tensor(labels, [labels.length], 'int32') }, variables),
  );
  const values = vector.dataSync<'float32'>();
  vector.dispose();
  return values;
}

const part = ({ images, labels }: Batch, first: number, size: number): Batch => ({
  images: images.subarray(first * 64, (first + size) * 64),
  labels: labels.subarray(first, first + size),
});

describe('lanes of a model without batch normalisation', () => {
  const forward: Forward = (scope, images) => {
    const convolved = relu(conv2d(scope.within('convolution'), images, { filters: 4, kernelSize: 3 }));
    return dense(scope.within('classifier'), globalAveragePooling(convolved), { units: 2 });
  };

  test('add up to the vector of the whole batch', () => {
    const declaration = declareModel(forward, sampleShape);
    const loss = createLoss({ name: 'crossEntropy', labelSmoothing: 0 }, 'classification', 2);
    const network = { forward, declaration, loss, labelForm: loss.labelForm(declaration.outputShape) };
    const variables = tensorsOf(variableSpecs(declaration, seed));
    const layout = layOutVector(declaration, loss.metricSums);
    const batch = batchOf(7);
    const whole = runEagerly(laneGraph(network, sampleShape, 7), variables, batch);
    const four = runEagerly(laneGraph(network, sampleShape, 4), variables, part(batch, 0, 4));
    const three = runEagerly(laneGraph(network, sampleShape, 3), variables, part(batch, 4, 3));
    expect(whole).toHaveLength(layout.length);
    expect(whole[layout.countOffset]).toBe(7);
    whole.forEach((value, index) => {
      expect(four[index] + three[index]).toBeCloseTo(value, 5);
    });
  });
});

function cnnProgram(): TrainingProgram {
  const job = jobFromJson(
    {
      apiVersion: 'collimator.dev/v1alpha1',
      kind: 'TrainingJob',
      metadata: { name: 'lane' },
      spec: {
        task: 'classification',
        data: { dataset: 'any' },
        model: { name: 'cnn', width: 4 },
        training: { epochs: 1, lanes: 2, laneBatch: 6 },
      },
    },
    'lane.json',
  );
  return buildTrainingProgram(job, { sampleShape, classes: 2, trainSamples: 12, evaluatedSamples: [5] });
}

/** Batch normalisation written out: what the fused operation must agree with. */
function plainNormalisation(images: Tensor4D, prefix: string, variables: Record<string, Tensor>): Tensor4D {
  const { mean: batchMean, variance } = moments(images, [0, 1, 2]);
  const normalised = div(sub(images, batchMean), sqrt(add(variance, 1e-5)));
  return add(mul(normalised, variables[`${prefix}/scale`]), variables[`${prefix}/offset`]);
}

/** The small CNN and its loss written out with plain tfjs operations. */
function plainCnnLoss(variables: Record<string, Tensor>, images: Tensor4D, labels: Tensor): Scalar {
  let features: Tensor4D = sub(mul(images, 2), 1);
  for (const stage of [1, 2, 3]) {
    if (stage > 1) features = maxPool(features, 2, 2, 'same');
    for (const unit of [1, 2]) {
      const prefix = `stage${stage}/unit${unit}`;
      const kernel = variables[`${prefix}/convolution/kernel`] as Tensor4D;
      features = plainRelu(
        plainNormalisation(plainConvolution(features, kernel, 1, 'same'), `${prefix}/normalisation`, variables),
      );
    }
  }
  const logits = add(matMul(mean(features, [1, 2]), variables['classifier/kernel']), variables['classifier/bias']);
  return neg(sum(mul(logSoftmax(logits), oneHot(labels, 2, 1, 0, 'float32'))));
}

/** One lane of the small CNN, run eagerly. */
function cnnLane() {
  const { source, layout } = cnnProgram();
  const [graph] = source.graphs;
  const variables = tensorsOf(source.variables);
  const batch = batchOf(6);
  return { source, layout, graph, variables, batch, vector: runEagerly(graph, variables, batch) };
}

describe('the lane of the small CNN', () => {
  test('has loss and gradients of the same network in plain operations', () => {
    const { layout, variables, batch, vector } = cnnLane();
    const images = tensor<Rank.R4>(batch.images, [6, ...sampleShape]);
    const labels = tensor(batch.labels, [6], 'int32');
    const names = layout.gradients.map(({ variable }) => variable);
    const differentiate = valueAndGrads((): Scalar => plainCnnLoss(variables, images, labels));
    const { value, grads } = differentiate(names.map((name) => variables[name]));
    expect(vector[layout.lossOffset]).toBeCloseTo(value.dataSync()[0], 4);
    layout.gradients.forEach(({ offset, length, variable }, index) => {
      const expected = grads[index].dataSync<'float32'>();
      const largest = expected.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1e-3);
      expected.forEach((entry, at) => {
        expect
          .soft(Math.abs(vector[offset + at] - entry) / largest, `${variable}[${at} of ${length}]`)
          .toBeLessThan(1e-3);
      });
    });
  });

  test('gives the same compiled as eager', async () => {
    const { source, layout, graph, batch, vector } = cnnLane();
    const program = await engine.compile(source);
    const compiled = new Float32Array(program.outputLength(graph.name));
    await program.run(graph.name, { ...batch }, compiled);
    await program.close();
    expect(compiled).toHaveLength(layout.length);
    compiled.forEach((value, index) => {
      const scale = Math.max(1, Math.abs(vector[index]));
      expect.soft(Math.abs(value - vector[index]) / scale, `float ${index}`).toBeLessThan(1e-5);
    });
  });

  test('leaves no tensor behind', () => {
    const { graph, variables, batch } = cnnLane();
    const before = engine.memory().tensors;
    runEagerly(graph, variables, batch);
    expect(engine.memory().tensors - before).toBe(0);
  });
});
