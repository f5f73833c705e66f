import type { LossChoice, Task } from '@collimator/job';
import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { type Tensor, grad, slice, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Loss, createLoss } from './index.ts';

await engineForTests();

const crossEntropy: LossChoice = { name: 'crossEntropy', labelSmoothing: 0 };

interface LossCase {
  readonly name: string;
  readonly loss: Loss;
  readonly outputs: () => Tensor;
  readonly labels: () => Tensor;
  readonly expected: { readonly loss: number; readonly count: number; readonly summary: Record<string, number> };
}

const logits = () => tensor([2, 0, 0, 1, 0.5, 0.5], [3, 2]);
const classes = () => tensor([0, 1, 1], [3], 'int32');
const ce = (own: number, other: number) => Math.log(1 + Math.exp(other - own));

/** Two images of 1×3 pixels, two classes: the first image is predicted right but for its last pixel. */
const pixelLogits = () => tensor([5, -5, -5, 5, -5, 5, 5, -5, 5, -5, 5, -5], [2, 1, 3, 2]);
const pixelLabels = () => tensor([0, 1, 0, 0, 0, 0], [2, 1, 3], 'int32');
const right = ce(5, -5);
const wrong = ce(-5, 5);
const sure = 1 / (1 + Math.exp(-10));

const cases: readonly LossCase[] = [
  {
    name: 'class cross entropy',
    loss: createLoss(crossEntropy, 'classification', 2),
    outputs: logits,
    labels: classes,
    expected: { loss: ce(2, 0) + ce(1, 0) + Math.log(2), count: 3, summary: { accuracy: 2 / 3 } },
  },
  {
    name: 'weighted: Σ w(y)·ℓ, divided by the samples, not by the weights',
    loss: createLoss({ ...crossEntropy, classWeights: [1, 3] }, 'classification', 2),
    outputs: () => tensor([0, 0, 0, 0, 0, 0, 0, 0], [4, 2]),
    labels: () => tensor([0, 0, 0, 1], [4], 'int32'),
    expected: { loss: 4 * 1.03972077, count: 4, summary: { accuracy: 3 / 4 } },
  },
  {
    name: 'label smoothing',
    loss: createLoss({ ...crossEntropy, labelSmoothing: 0.2 }, 'classification', 2),
    outputs: logits,
    labels: classes,
    expected: {
      loss: 0.9 * ce(2, 0) + 0.1 * ce(0, 2) + 0.9 * ce(1, 0) + 0.1 * ce(0, 1) + Math.log(2),
      count: 3,
      summary: { accuracy: 2 / 3 },
    },
  },
  {
    name: 'pixel cross entropy: mean over pixels, sum over samples',
    loss: createLoss(crossEntropy, 'segmentation', 2),
    outputs: pixelLogits,
    labels: pixelLabels,
    expected: { loss: (2 * right + wrong) / 3 + right, count: 2, summary: { dice: 2 / 3 } },
  },
  {
    name: 'soft Dice, sample by sample; an empty mask counts',
    loss: createLoss({ name: 'dice', smooth: 1 }, 'segmentation', 2),
    outputs: pixelLogits,
    labels: pixelLabels,
    expected: {
      loss: 1 - (2 * sure + 1) / (2 * sure + (1 - sure) + 1 + 1) + 1 - 1 / (3 * (1 - sure) + 1),
      count: 2,
      summary: { dice: 2 / 3 },
    },
  },
  {
    name: 'squared error',
    loss: createLoss({ name: 'mse' }, 'regression', 2),
    outputs: () => tensor([1, 2, 3, 4], [2, 2]),
    labels: () => tensor([1, 1, 1, 1], [2, 2]),
    expected: { loss: 0.5 + 6.5, count: 2, summary: { mse: 3.5, mae: 1.5 } },
  },
];

describe.each(cases)('$name', ({ loss, outputs: outputsOf, labels: labelsOf, expected }) => {
  test('has the sums, count and summary worked out by hand', () => {
    const [outputs, labels] = [outputsOf(), labelsOf()];
    const sums = loss.sums(outputs, labels);
    expect(sums.loss.dataSync()[0]).toBeCloseTo(expected.loss, 4);
    expect(sums.count).toBe(expected.count);
    const metricSums = sums.metrics.map((metric) => metric.dataSync()[0]);
    expect(metricSums).toHaveLength(loss.metricSums.length);
    for (const [name, value] of Object.entries(loss.summarise(metricSums, sums.count))) {
      expect(value, name).toBeCloseTo(expected.summary[name], 5);
    }
  });

  test('has the gradient of central finite differences', () => {
    const [outputs, labels] = [outputsOf(), labelsOf()];
    const lossOf = (values: Float32Array) => loss.sums(tensor(values, outputs.shape), labels).loss.dataSync()[0];
    const at = outputs.dataSync<'float32'>();
    const gradient = grad((values) => loss.sums(values, labels).loss)(outputs).dataSync();
    const step = 2 ** -6;
    at.forEach((_, index) => {
      const moved = (sign: number) => lossOf(at.with(index, at[index] + sign * step));
      expect(gradient[index]).toBeCloseTo((moved(1) - moved(-1)) / (2 * step), 3);
    });
  });

  test('sums of two halves are the sums of the whole', () => {
    const [outputs, labels] = [outputsOf(), labelsOf()];
    const [whole, first, second] = [
      loss.sums(outputs, labels),
      loss.sums(slice(outputs, 0, 1), slice(labels, 0, 1)),
      loss.sums(slice(outputs, 1), slice(labels, 1)),
    ].map(({ loss: sum, count, metrics }) => [count, ...[sum, ...metrics].map((value) => value.dataSync()[0])]);
    whole.forEach((value, index) => {
      expect(first[index] + second[index]).toBeCloseTo(value, 4);
    });
  });

  test('knows the form of its labels', () => {
    const [outputs, labels] = [outputsOf(), labelsOf()];
    const form = loss.labelForm(outputs.shape.slice(1));
    expect([form.dtype, ...form.shape]).toEqual([labels.dtype, ...labels.shape.slice(1)]);
  });
});

describe('createLoss refuses', () => {
  const misfits: readonly [LossChoice, Task, string][] = [
    [{ name: 'mse' }, 'classification', 'loss "mse" does not fit the task "classification"'],
    [{ name: 'dice', smooth: 1 }, 'regression', 'loss "dice" does not fit the task "regression"'],
    [
      { ...crossEntropy, classWeights: [1, 2, 3] },
      'classification',
      '3 class weights are given, the data set has 2 classes',
    ],
  ];
  test.each(misfits)('%o for %s', (choice, task, message) => {
    expect(() => createLoss(choice, task, 2)).toThrow(message);
  });
});
