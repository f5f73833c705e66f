import { describe, expect, test } from 'vitest';
import { assess } from './assess.ts';
import { isBetter, metricNamed } from './metrics.ts';
import { type ClassificationOutcome } from './outcome.ts';

const outcome: ClassificationOutcome = {
  task: 'classification',
  count: 4,
  classes: 2,
  probabilities: new Float32Array([0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8]),
  labels: new Int32Array([0, 0, 1, 1]),
};

describe('assess', () => {
  test('gives metrics with intervals, the confusion matrix, and how the intervals were made', () => {
    const assessment = assess(outcome, [metricNamed('auc'), metricNamed('accuracy')], { seed: 7 }, [
      'a',
      'b',
      'c',
      'c',
    ]);
    expect(assessment).toMatchObject({
      samples: 4,
      metrics: { auc: { value: 0.75 }, accuracy: { value: 0.75 } },
      confusion: [
        [2, 0],
        [1, 1],
      ],
      bootstrap: { resamples: 2000, level: 0.95, seed: 7, unit: 'patient', units: 3 },
    });
  });

  test('refuses a metric of another task', () => {
    expect(() => assess(outcome, [metricNamed('dice')], { seed: 7 })).toThrow(
      'the metric dice needs a segmentation task, this is classification',
    );
  });
});

describe('metrics by name', () => {
  test('an unknown one is refused with those that there are', () => {
    expect(() => metricNamed('f1')).toThrow(
      'unknown metric "f1"; there are auc, accuracy, logLoss, brier, dice, iou, mae, mse, rmse',
    );
  });

  test.each([
    ['auc', 0.9, 0.8, true],
    ['auc', 0.8, 0.8, false],
    ['mse', 0.8, 0.9, true],
    ['mse', 0.9, 0.8, false],
    ['mse', 0.9, undefined, true],
  ])('%s %d is better than %s: %s', (name, value, than, expected) => {
    expect(isBetter(metricNamed(name), value, than)).toBe(expected);
  });
});
