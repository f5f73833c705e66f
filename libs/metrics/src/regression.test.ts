import { describe, expect, test } from 'vitest';
import { computeMetric } from './metric.ts';
import { type RegressionOutcome } from './outcome.ts';
import { mae, mse, rmse } from './regression.ts';

const outcome: RegressionOutcome = {
  task: 'regression',
  count: 2,
  width: 2,
  predictions: new Float32Array([1, 2, 3, 4]),
  targets: new Float32Array([1, 4, 0, 4]),
};

describe('regression metrics', () => {
  test.each([
    [mae, (0 + 2 + 3 + 0) / 4],
    [mse, (0 + 4 + 9 + 0) / 4],
    [rmse, Math.sqrt(13 / 4)],
  ])('$name', (metric, expected) => {
    expect(computeMetric(metric, outcome)).toBeCloseTo(expected, 12);
  });

  test('have no meaning without samples', () => {
    expect(rmse.prepare(outcome)(new Uint32Array(2))).toBeUndefined();
  });
});
