import type { ModelChoice } from '@collimator/job';
import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { type Forward, declareModel, parameterCount, startTracing, variableSpecs } from '@collimator/layers';
import { deriveSeed } from '@collimator/random';
import {
  type Rank,
  type Tensor,
  type Tensor4D,
  mul,
  ones,
  randomUniform,
  tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createModel } from './index.ts';
import { basicBlock } from './resnet18/basic-block.ts';

await engineForTests();

const cnn: ModelChoice = { name: 'cnn', width: 16, dropout: 0 };
const resnet18: ModelChoice = { name: 'resnet18', width: 64, stem: 'small', dropout: 0 };
const unet2d: ModelChoice = { name: 'unet2d', width: 16, depth: 4, dropout: 0 };

interface ModelCase {
  readonly choice: ModelChoice;
  readonly sampleShape: readonly [number, number, number];
  readonly outputs: number;
  readonly outputShape: readonly number[];
  readonly parameters: number;
}

const cases: readonly ModelCase[] = [
  { choice: cnn, sampleShape: [28, 28, 1], outputs: 2, outputShape: [2], parameters: 72_146 },
  { choice: resnet18, sampleShape: [28, 28, 3], outputs: 2, outputShape: [2], parameters: 11_169_858 },
  {
    choice: { ...resnet18, channels: 3 },
    sampleShape: [28, 28, 1],
    outputs: 2,
    outputShape: [2],
    parameters: 11_169_858,
  },
  { choice: unet2d, sampleShape: [64, 64, 1], outputs: 1, outputShape: [64, 64, 1], parameters: 1_942_289 },
];

/** Variables as tensors: initial values, then what the test changes. */
function tensorsOf(forward: Forward, sampleShape: readonly number[]): Record<string, Tensor> {
  const specs = variableSpecs(declareModel(forward, sampleShape), deriveSeed(7, 'weights'));
  return Object.fromEntries(specs.map(({ name, shape, initial }) => [name, tensor<Rank>(initial, [...shape])]));
}

describe.each(cases)('$choice.name on $sampleShape', ({ choice, sampleShape, outputs, outputShape, parameters }) => {
  const forward = createModel(choice, outputs, sampleShape[2]);
  const declaration = () => declareModel(forward, sampleShape);

  test(`has ${parameters} parameters`, () => {
    expect(parameterCount(declaration())).toBe(parameters);
  });

  test('gives the outputs', () => {
    expect(declaration().outputShape).toEqual(outputShape);
  });
});

describe('basicBlock', () => {
  const randomFeatures = (): Tensor4D => randomUniform([2, 6, 6, 8], 0, 1, 'float32', 1);
  const block: Forward = (scope, images) => basicBlock(scope, images, { filters: 8, stride: 1 });

  test('with its last scale at zero is the identity', () => {
    const variables = tensorsOf(block, [6, 6, 8]);
    variables['unit2/normalisation/scale'] = zerosLike(variables['unit2/normalisation/scale']);
    const { scope } = startTracing({ variables, training: true });
    const features = randomFeatures();
    expect(block(scope, features).dataSync()).toEqual(features.dataSync());
  });

  test('is not the identity otherwise', () => {
    const { scope } = startTracing({ variables: tensorsOf(block, [6, 6, 8]), training: true });
    const features = randomFeatures();
    expect(block(scope, features).dataSync()).not.toEqual(features.dataSync());
  });
});

describe('createModel', () => {
  test('repeats a grey channel: the same as giving it three times', () => {
    const grey: Tensor4D = randomUniform([2, 28, 28, 1], -1, 1, 'float32', 1);
    const narrow = { ...resnet18, width: 8, channels: 3 } as const;
    const onGrey = createModel(narrow, 2, 1);
    const onColour = createModel(narrow, 2, 3);
    const variables = tensorsOf(onColour, [28, 28, 3]);
    const scope = () => startTracing({ variables, training: false }).scope;
    const colour: Tensor4D = mul(grey, ones([1, 1, 1, 3]));
    expect(onGrey(scope(), grey).dataSync()).toEqual(onColour(scope(), colour).dataSync());
  });

  test('refuses channels that cannot fit', () => {
    expect(() => createModel({ ...cnn, channels: 4 }, 2, 3)).toThrow(
      'the model asks for 4 channels, the images have 3; only one grey channel can be repeated',
    );
  });
});

describe('unet2d', () => {
  test('refuses images that its poolings do not divide', () => {
    const forward = createModel(unet2d, 2, 1);
    expect(() => declareModel(forward, [40, 64, 1])).toThrow(
      'images of 40×64 pixels cannot be halved 4 times; height and width must be multiples of 16',
    );
  });
});
