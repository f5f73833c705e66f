import { deriveSeed } from '@collimator/random';
import { describe, expect, test } from 'vitest';
import { constant, fanInUniform, glorotUniform, heNormal, heUniform, initialValues } from './index.ts';

const seed = deriveSeed(7, 'weights');

function momentsOf(values: Float32Array) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

describe('initializers', () => {
  test.each([
    ['heNormal(50)', heNormal(50), 2 / 50, Infinity],
    ['heUniform(50)', heUniform(50), 2 / 50, Math.sqrt(6 / 50)],
    ['glorotUniform(20, 40)', glorotUniform(20, 40), 2 / 60, Math.sqrt(6 / 60)],
    ['fanInUniform(25)', fanInUniform(25), 1 / 75, 1 / 5],
  ])('%s has mean 0, its variance and its bound', (_, initializer, variance, bound) => {
    const moments = momentsOf(initialValues(initializer, [200, 200], seed, 'kernel'));
    expect(Math.abs(moments.mean)).toBeLessThan(5 * Math.sqrt(variance / 40_000));
    expect(moments.variance / variance).toBeCloseTo(1, 1);
    expect(moments.largest).toBeLessThanOrEqual(Math.fround(bound));
  });

  test('constant fills', () => {
    expect(initialValues(constant(0.5), [2, 2], seed, 'scale')).toEqual(Float32Array.of(0.5, 0.5, 0.5, 0.5));
  });
});

describe('initialValues', () => {
  const draw = (name: string, from = seed) => initialValues(heNormal(9), [4], from, name);

  test('depends on name and seed alone', () => {
    expect(draw('stage1/kernel')).toEqual(draw('stage1/kernel'));
    expect(draw('stage1/kernel')).not.toEqual(draw('stage2/kernel'));
    expect(draw('stage1/kernel')).not.toEqual(draw('stage1/kernel', deriveSeed(8, 'weights')));
  });
});
