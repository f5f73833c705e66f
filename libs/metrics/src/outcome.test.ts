import { describe, expect, test } from 'vitest';
import { checkOutcome, type Outcome } from './outcome.ts';

const classification = {
  task: 'classification',
  count: 2,
  classes: 2,
  probabilities: new Float32Array([0.5, 0.5, 0.1, 0.9]),
  labels: new Int32Array([0, 1]),
} as const;
const regression = {
  task: 'regression',
  count: 2,
  width: 1,
  predictions: new Float32Array(2),
  targets: new Float32Array(2),
} as const;

describe('checkOutcome', () => {
  test('accepts outcomes that are whole', () => {
    checkOutcome(classification);
    checkOutcome(regression);
    checkOutcome({ task: 'segmentation', count: 1, foregroundClasses: 2, overlaps: new Float32Array(6) });
  });

  test.each<[Outcome, string, string]>([
    [
      { ...classification, labels: new Int32Array(3) },
      'dataset_invalid',
      'labels of an evaluation: there are 3 values, 2 are needed',
    ],
    [
      { ...classification, labels: new Int32Array([0, 2]) },
      'dataset_invalid',
      'labels of an evaluation: sample 1 has the label 2, allowed are 0 to 1',
    ],
    [{ ...classification, probabilities: new Float32Array(3) }, 'dataset_invalid', 'there are 3 values, 4 are needed'],
    [
      { ...classification, probabilities: new Float32Array([0, 1, Number.NaN, 1]) },
      'non_finite',
      'probabilities of an evaluation: sample 1 has NaN, only finite values are allowed',
    ],
    [
      { task: 'segmentation', count: 1, foregroundClasses: 1, overlaps: new Float32Array(2) },
      'dataset_invalid',
      '2 values, 3',
    ],
    [{ ...regression, predictions: new Float32Array([0, Infinity]) }, 'non_finite', 'sample 1 has Infinity'],
    [
      { ...regression, targets: new Float32Array(1) },
      'dataset_invalid',
      'targets of an evaluation: there are 1 values',
    ],
  ])('refuses %j', (outcome, code, message) => {
    expect(() => {
      checkOutcome(outcome);
    }).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error);
  });
});
