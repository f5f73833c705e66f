import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { type Tensor2D, type Tensor4D, ones, randomNormal, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Tracing, batchNormalisation, dropout, startTracing } from './index.ts';

await engineForTests();

describe('batch normalisation in training', () => {
  const randomImages = (): Tensor4D => randomNormal([4, 3, 3, 2], 5, 2, 'float32', 1);
  const means = [4, 5.5];
  const variables = () => ({ scale: ones([2]), offset: zeros([2]), mean: tensor1d(means), variance: ones([2]) });

  test('gives count, Σ(x−m) and Σ(x−m)² around the running mean m', () => {
    const images = randomImages();
    const { scope, moments } = startTracing({ variables: variables(), training: true });
    batchNormalisation(scope, images);
    const [{ count, sum_C, sumOfSquares_C }] = moments;
    const values = images.dataSync();
    const expected = [0, 1].map((channel) => {
      const differences = [...values].filter((_, at) => at % 2 === channel).map((value) => value - means[channel]);
      return {
        sum: differences.reduce((total, value) => total + value, 0),
        squares: differences.reduce((total, value) => total + value * value, 0),
      };
    });
    expect(count.dataSync()[0]).toBe(36);
    expected.forEach(({ sum, squares }, channel) => {
      expect(sum_C.dataSync()[channel]).toBeCloseTo(sum, 3);
      expect(sumOfSquares_C.dataSync()[channel]).toBeCloseTo(squares, 3);
    });
  });

  test('pools nothing in evaluation', () => {
    const { scope, moments } = startTracing({ variables: variables(), training: false });
    batchNormalisation(scope, randomImages());
    expect(moments).toEqual([]);
  });
});

describe('dropout', () => {
  const values = (): Tensor2D => ones([100, 100]);
  const keys = (...words: number[]) => tensor2d(words, [words.length / 2, 2], 'int32');
  const start = (...words: number[]): Tracing =>
    startTracing({ variables: {}, training: true, dropoutKeys: keys(...words) });
  const dropped = (tracing: Tracing) => [...dropout(tracing.scope, values(), 0.25).dataSync()];

  test('drops the share, scales the rest, and so keeps the expectation', () => {
    const result = dropped(start(1, 2));
    expect(new Set(result)).toEqual(new Set([0, Math.fround(4 / 3)]));
    const mean = result.reduce((total, value) => total + value, 0) / result.length;
    expect(mean).toBeCloseTo(1, 1);
  });

  test('a key decides the mask; each operation takes the next', () => {
    const [first, second] = [start(1, 2, 3, 4), start(1, 2, 3, 4)];
    const masks = [dropped(first), dropped(first)];
    expect([dropped(second), dropped(second)]).toEqual(masks);
    expect(masks[0]).not.toEqual(masks[1]);
    expect(dropped(start(3, 4))).toEqual(masks[1]);
  });

  test('is the identity in evaluation and at rate 0', () => {
    const given = values();
    expect(dropout(startTracing({ variables: {}, training: false }).scope, given, 0.5)).toBe(given);
    expect(dropout(start(1, 2).scope, given, 0)).toBe(given);
  });

  test('needs keys', () => {
    const { scope } = startTracing({ variables: {}, training: true });
    expect(() => dropout(scope, tensor1d([1]), 0.5)).toThrow('no dropout keys were given');
  });
});
