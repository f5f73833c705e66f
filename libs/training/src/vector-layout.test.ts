import { constant } from '@collimator/layers';
import { describe, expect, test } from 'vitest';
import { readStepSummary } from './index.ts';
import { layOutVector } from './vector-layout.ts';

const variable = (name: string, shape: readonly number[], role: 'weight' | 'statistic') => ({
  name,
  shape,
  role,
  decays: true,
  initializer: constant(0),
});

const layout = layOutVector(
  {
    variables: [
      variable('kernel', [2, 3], 'weight'),
      variable('scale', [3], 'weight'),
      variable('mean', [3], 'statistic'),
      variable('variance', [3], 'statistic'),
      variable('bias', [3], 'weight'),
    ],
    statistics: [{ mean: 'mean', variance: 'variance', channels: 3, momentum: 0.9 }],
    dropoutOperations: 0,
    outputShape: [3],
  },
  ['correct'],
);

describe('layOutVector', () => {
  test('puts gradients, moments, loss, count and metrics one after the other', () => {
    expect(layout).toEqual({
      length: 22,
      gradients: [
        { variable: 'kernel', offset: 0, length: 6 },
        { variable: 'scale', offset: 6, length: 3 },
        { variable: 'bias', offset: 9, length: 3 },
      ],
      moments: [
        {
          mean: 'mean',
          variance: 'variance',
          countOffset: 12,
          sumOffset: 13,
          sumOfSquaresOffset: 16,
          channels: 3,
          momentum: 0.9,
        },
      ],
      lossOffset: 19,
      countOffset: 20,
      metrics: [{ name: 'correct', offset: 21 }],
    });
  });
});

describe('readStepSummary', () => {
  test('divides the sums by the count', () => {
    const vector = new Float32Array(layout.length);
    vector.set([96, 128, 32], 19);
    const summarise = ([correct]: readonly number[], count: number) => ({ accuracy: correct / count });
    expect(readStepSummary(vector, { layout, summarise })).toEqual({
      loss: 0.75,
      count: 128,
      metrics: { accuracy: 0.25 },
    });
  });
});
