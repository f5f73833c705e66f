import type { GraphSource, VariableSpec } from '@collimator/engine';
import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { RandomStream, deriveSeed } from '@collimator/random';
import {
  type Rank,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  concat1d,
  mul,
  reshape,
  sum,
  tensor,
  tensor2d,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  type Forward,
  type Scope,
  averagePooling,
  batchNormalisation,
  conv2d,
  conv2dTranspose,
  declareModel,
  dense,
  dropout,
  globalAveragePooling,
  joinChannels,
  maxPooling,
  nearestUpsampling,
  relu,
  repeatChannel,
  residual,
  startTracing,
  variableSpecs,
} from './index.ts';

const engine = await engineForTests();
const seed = deriveSeed(7, 'layers.test');
const dropoutKeys = [11, -12, 13, -14];

interface LayerCase {
  readonly name: string;
  /** One sample. */
  readonly sampleShape: readonly number[];
  readonly layer: (scope: Scope, images: Tensor4D) => Tensor;
  readonly training?: boolean;
}

const image = [6, 6, 3];
const rows = (images: Tensor4D) => reshape<Rank.R2>(images, [images.shape[0], -1]);

const cases: readonly LayerCase[] = [
  {
    name: 'convolution, same padding, bias',
    sampleShape: image,
    layer: (scope, images) => conv2d(scope, images, { filters: 4, kernelSize: 3 }),
  },
  {
    name: 'convolution, valid padding, no bias',
    sampleShape: image,
    layer: (scope, images) => conv2d(scope, images, { filters: 4, kernelSize: 3, padding: 'valid', bias: false }),
  },
  {
    name: 'convolution, stride 2, explicit padding',
    sampleShape: image,
    layer: (scope, images) => conv2d(scope, images, { filters: 4, kernelSize: 3, stride: 2, padding: 1 }),
  },
  {
    name: 'convolution, stride 1, explicit padding that keeps the size',
    sampleShape: image,
    layer: (scope, images) => conv2d(scope, images, { filters: 4, kernelSize: 5, padding: 2 }),
  },
  {
    name: 'convolution 1×1, stride 2, padding 0',
    sampleShape: image,
    layer: (scope, images) => conv2d(scope, images, { filters: 4, kernelSize: 1, stride: 2, padding: 0 }),
  },
  {
    name: 'transposed convolution',
    sampleShape: image,
    layer: (scope, images) => conv2dTranspose(scope, images, { filters: 4, factor: 2 }),
  },
  {
    name: 'dense',
    sampleShape: image,
    layer: (scope, images) => dense(scope, rows(images), { units: 5 }),
  },
  { name: 'batch normalisation, training', sampleShape: image, layer: batchNormalisation },
  { name: 'batch normalisation, evaluation', sampleShape: image, layer: batchNormalisation, training: false },
  { name: 'relu', sampleShape: image, layer: (_, images) => relu(images) },
  {
    name: 'max pooling',
    sampleShape: image,
    layer: (_, images) => maxPooling(images, { window: 2, stride: 2, padding: 'valid' }),
  },
  {
    name: 'max pooling, overlapping, same padding',
    sampleShape: image,
    layer: (_, images) => maxPooling(images, { window: 3, stride: 2, padding: 'same' }),
  },
  {
    name: 'average pooling',
    sampleShape: image,
    layer: (_, images) => averagePooling(images, { window: 2, stride: 2, padding: 'valid' }),
  },
  {
    name: 'average pooling, same padding',
    sampleShape: image,
    layer: (_, images) => averagePooling(images, { window: 3, stride: 2, padding: 'same' }),
  },
  { name: 'global average pooling', sampleShape: image, layer: (_, images) => globalAveragePooling(images) },
  { name: 'nearest upsampling', sampleShape: image, layer: (_, images) => nearestUpsampling(images, 2) },
  { name: 'dropout', sampleShape: image, layer: (scope, images) => dropout(scope, images, 0.4) },
  {
    name: 'two dropouts',
    sampleShape: image,
    layer: (scope, images) => dropout(scope, dropout(scope, images, 0.3), 0.2),
  },
  {
    name: 'residual',
    sampleShape: image,
    layer: (scope, images) => residual(conv2d(scope, images, { filters: 3, kernelSize: 3 }), images),
  },
  {
    name: 'joined channels',
    sampleShape: image,
    layer: (scope, images) => joinChannels([conv2d(scope, images, { filters: 2, kernelSize: 3 }), images]),
  },
  { name: 'repeated channel', sampleShape: [6, 6, 1], layer: (_, images) => repeatChannel(images, 3) },
];

const batch = 3;

/** Values that lie at least 0.02 apart and from 0, in random order: no kink of ReLU or max pooling within ±0.01. */
function separatedValues(length: number): Float32Array {
  const stream = new RandomStream(seed, [1]);
  const order = Array.from({ length }, (_, index) => ({ index, key: stream.word() })).sort((a, b) => a.key - b.key);
  return Float32Array.from(order, ({ index }) => 0.02 * (index - length / 2) + 0.01);
}

function randomValues(length: number, address: number): Float32Array {
  const stream = new RandomStream(seed, [2, address]);
  return Float32Array.from({ length }, () => stream.normal());
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Variables away from their plain initial values: scales of 1 and offsets of 0 would hide mistakes. */
function variablesOf(forward: Forward, sampleShape: readonly number[]): VariableSpec[] {
  return variableSpecs(declareModel(forward, sampleShape), seed).map((spec, index) => ({
    ...spec,
    initial: spec.initial.map((value, at) => value + 0.1 * Math.abs(randomValues(spec.initial.length, index)[at])),
  }));
}

/** A graph whose result is [value, gradient of images, gradients of weights] of Σ projection·layer(images). */
function gradientGraph({ layer, sampleShape, training = true }: LayerCase, weights: readonly string[]): GraphSource {
  return {
    name: 'gradient',
    inputs: [
      { name: 'images', dtype: 'float32', shape: [batch, ...sampleShape] },
      { name: 'dropout', dtype: 'int32', shape: [2, 2] },
    ],
    build: ({ images, dropout: keys }, variables) => {
      const { scope, moments } = startTracing({ variables, training, dropoutKeys: keys as Tensor2D });
      const differentiate = valueAndGrads((input: Tensor) => {
        const output = layer(scope, input as Tensor4D);
        return sum(mul(output, tensor(randomValues(output.size, 0), output.shape)));
      });
      const { value, grads } = differentiate([images, ...weights.map((name) => variables[name])]);
      const pooled = moments.flatMap(({ count, sum_C, sumOfSquares_C }) => [count, sum_C, sumOfSquares_C]);
      return concat1d([value, ...grads, ...pooled].map((part) => reshape<Rank.R1>(part, [part.size])));
    },
  };
}

interface Prepared {
  readonly graph: GraphSource;
  readonly variables: readonly VariableSpec[];
  readonly images: Float32Array;
  /** The graph's result, eagerly, at given values. */
  readonly eager: (images: Float32Array, values: ReadonlyMap<string, Float32Array>) => Float32Array;
}

function prepare(layerCase: LayerCase): Prepared {
  const variables = variablesOf(layerCase.layer, layerCase.sampleShape);
  const weights = variables.filter(({ role }) => role === 'weight').map(({ name }) => name);
  const graph = gradientGraph(layerCase, weights);
  const shape = [batch, ...layerCase.sampleShape];
  const eager: Prepared['eager'] = (images, values) =>
    tidy(() => {
      const tensors = variables.map(({ name, shape: of, initial }) => [
        name,
        tensor<Rank>(values.get(name) ?? initial, [...of]),
      ]);
      const inputs = { images: tensor(images, shape), dropout: tensor2d(dropoutKeys, [2, 2], 'int32') };
      return graph.build(inputs, Object.fromEntries(tensors) as Record<string, Tensor>);
    }).dataSync<'float32'>();
  return { graph, variables, images: separatedValues(sizeOf(shape)), eager };
}

/** Layers without variables are compiled too, and a program has at least one variable. */
const unused: VariableSpec = {
  name: 'unused',
  shape: [1],
  role: 'statistic',
  decays: false,
  initial: new Float32Array(1),
};

describe.each(cases)('$name', (layerCase) => {
  const noChange = new Map<string, Float32Array>();

  test('has the gradient of central finite differences', () => {
    const { images, variables, eager } = prepare(layerCase);
    const result = eager(images, noChange);
    let offset = 1;
    const targets = [
      { name: 'images', at: images },
      ...variables.filter(({ role }) => role === 'weight').map(({ name, initial }) => ({ name, at: initial })),
    ];
    for (const { name, at } of targets) {
      const gradient = result.subarray(offset, offset + at.length);
      offset += at.length;
      expect
        .soft(
          directionalError(at, gradient, (moved) =>
            name === 'images' ? eager(moved, noChange)[0] : eager(images, new Map([[name, moved]]))[0],
          ),
          name,
        )
        .toBeLessThan(2e-3);
    }
  });

  test('gives the same compiled as eager', async () => {
    const { graph, variables, images, eager } = prepare(layerCase);
    const program = await engine.compile({ variables: [...variables, unused], graphs: [graph] });
    const compiled = new Float32Array(program.outputLength(graph.name));
    await program.run(graph.name, { images, dropout: Int32Array.from(dropoutKeys) }, compiled);
    await program.close();
    expect(largestDifference(compiled, eager(images, noChange))).toBeLessThan(1e-5);
  });
});

/** |slope along a random direction − gradient·direction|, relative to the larger of the two. */
function directionalError(at: Float32Array, gradient: Float32Array, f: (moved: Float32Array) => number): number {
  const step = 2 ** -7;
  const direction = randomValues(at.length, 9).map((value) => Math.sign(value));
  const moved = (sign: number) => at.map((value, index) => value + sign * step * direction[index]);
  const slope = (f(moved(1)) - f(moved(-1))) / (2 * step);
  const predicted = gradient.reduce((total, value, index) => total + value * direction[index], 0);
  return Math.abs(slope - predicted) / Math.max(Math.abs(slope), Math.abs(predicted), 1);
}

function largestDifference(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce(
    (worst, value, index) => Math.max(worst, Math.abs(value - right[index]) / Math.max(1, Math.abs(value))),
    0,
  );
}
