import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { deriveSeed } from '@collimator/random';
import { describe, expect, test } from 'vitest';
import {
  type Forward,
  batchNormalisation,
  conv2d,
  declareModel,
  dense,
  dropout,
  globalAveragePooling,
  parameterCount,
  variableSpecs,
} from './index.ts';

const engine = await engineForTests();

const forward: Forward = (scope, images) => {
  const convolved = conv2d(scope.within('convolution'), images, { filters: 4, kernelSize: 3 });
  const normalised = batchNormalisation(scope.within('normalisation'), convolved, { momentum: 0.8 });
  return dense(scope.within('classifier'), dropout(scope, globalAveragePooling(normalised), 0.5), { units: 2 });
};

describe('declareModel', () => {
  const declaration = () => declareModel(forward, [8, 8, 3]);

  test('lists variables with role and decay in the order of the code', () => {
    const listed = declaration().variables.map(({ name, shape, role, decays }) => [
      name,
      shape.join('×'),
      role,
      decays,
    ]);
    expect(listed).toEqual([
      ['convolution/kernel', '3×3×3×4', 'weight', true],
      ['convolution/bias', '4', 'weight', false],
      ['normalisation/scale', '4', 'weight', false],
      ['normalisation/offset', '4', 'weight', false],
      ['normalisation/mean', '4', 'statistic', false],
      ['normalisation/variance', '4', 'statistic', false],
      ['classifier/kernel', '4×2', 'weight', true],
      ['classifier/bias', '2', 'weight', false],
    ]);
  });

  test('knows statistics, dropout operations, output and number of parameters', () => {
    const { statistics, dropoutOperations, outputShape } = declaration();
    expect(statistics).toEqual([
      { mean: 'normalisation/mean', variance: 'normalisation/variance', channels: 4, momentum: 0.8 },
    ]);
    expect(dropoutOperations).toBe(1);
    expect(outputShape).toEqual([2]);
    expect(parameterCount(declaration())).toBe(3 * 3 * 3 * 4 + 4 + 8 + 8 + 2);
  });

  test('leaves no tensor behind', () => {
    const before = engine.memory().tensors;
    declareModel(forward, [8, 8, 3]);
    expect(engine.memory().tensors).toBe(before);
  });

  test('refuses a name that is used twice', () => {
    const twice: Forward = (scope, images) => {
      const options = { filters: 3, kernelSize: 1 };
      return conv2d(scope, conv2d(scope, images, options), options);
    };
    expect(() => declareModel(twice, [4, 4, 3])).toThrow('variable "kernel" is declared twice');
  });
});

describe('variableSpecs', () => {
  test('initial values do not depend on what else is declared', () => {
    const seed = deriveSeed(7, 'weights');
    const alone: Forward = (scope, images) =>
      conv2d(scope.within('convolution'), images, { filters: 4, kernelSize: 3 });
    const [first] = variableSpecs(declareModel(forward, [8, 8, 3]), seed);
    const [same] = variableSpecs(declareModel(alone, [8, 8, 3]), seed);
    expect(same).toEqual(first);
  });
});
