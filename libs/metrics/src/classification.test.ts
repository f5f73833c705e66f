import { describe, expect, test } from 'vitest';
import { accuracy, brier, confusionMatrix, logLoss } from './classification.ts';
import { computeMetric } from './metric.ts';
import { type ClassificationOutcome } from './outcome.ts';

const outcome: ClassificationOutcome = {
  task: 'classification',
  count: 4,
  classes: 3,
  // Class 0, a tie of 0 and 2, class 1, class 2.
  probabilities: new Float32Array([0.5, 0.25, 0.25, 0.375, 0.25, 0.375, 0.25, 0.75, 0, 0, 0, 1]),
  labels: new Int32Array([0, 2, 1, 0]),
};

describe('classification metrics', () => {
  test('accuracy counts the first of equal probabilities as the answer', () => {
    expect(computeMetric(accuracy, outcome)).toBe(0.5);
  });

  test('confusion has true classes in rows', () => {
    expect(confusionMatrix(outcome)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  test('log loss is the mean surprise, finite at probability zero', () => {
    const expected = (Math.log(2) - Math.log(0.375) - Math.log(0.75) + 23 * Math.log(2)) / 4;
    expect(computeMetric(logLoss, outcome)).toBeCloseTo(expected, 12);
  });

  test('Brier score adds squared distances over classes', () => {
    const rows = [0.25 + 2 * 0.0625, 0.375 ** 2 + 0.0625 + 0.625 ** 2, 0.0625 + 0.0625, 2];
    expect(computeMetric(brier, outcome)).toBeCloseTo(rows.reduce((sum, row) => sum + row, 0) / 4, 12);
  });

  test('multiplicities weigh samples', () => {
    expect(accuracy.prepare(outcome)(new Uint32Array([3, 1, 0, 0]))).toBe(0.75);
    expect(accuracy.prepare(outcome)(new Uint32Array(4))).toBeUndefined();
  });
});
