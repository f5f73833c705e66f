import { describe, expect, test } from 'vitest';
import { randomWords } from './philox.ts';
import { deriveSeed } from './seed.ts';
import { RandomStream } from './stream.ts';

const seed = deriveSeed(7, 'augmentation');

function draw(count: number, next: (stream: RandomStream) => number): number[] {
  const stream = new RandomStream(seed, [1, 2]);
  return Array.from({ length: count }, () => next(stream));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('RandomStream', () => {
  test('gives the words of consecutive counters of its address', () => {
    expect(draw(8, (stream) => stream.word())).toEqual([
      ...randomWords(seed, [0, 1, 2, 0]),
      ...randomWords(seed, [1, 1, 2, 0]),
    ]);
  });

  test('uniform numbers never change', () => {
    expect(draw(3, (stream) => stream.uniform())).toEqual([
      0.15706865277767856, 0.8484259050767837, 0.5097413066158172,
    ]);
  });

  test('uniform numbers lie in [0, 1) with the right mean and variance', () => {
    const values = draw(40_000, (stream) => stream.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(values)).toBeCloseTo(1 / 2, 2);
    expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
  });

  test('normal numbers never change', () => {
    expect(draw(3, (stream) => stream.normal())).toEqual([
      -1.0065786442082494, 1.029705656536272, 0.024420262324597337,
    ]);
  });

  test('normal numbers have the moments 0, 1, 0, 3', () => {
    const values = draw(100_000, (stream) => stream.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.015);
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.02);
    expect(Math.abs(mean(values.map((value) => value ** 3)))).toBeLessThan(0.05);
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan(0.15);
  });

  test.each([1, 2, 3, 10, 3 * 2 ** 30])('integers below %d are fair', (bound) => {
    const values = draw(30_000, (stream) => stream.integer(bound));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < bound)).toBe(true);
    const spread = bound / Math.sqrt(12 * values.length);
    expect(Math.abs(mean(values) - (bound - 1) / 2)).toBeLessThan(4 * spread);
  });

  test('a large bound draws again instead of favouring small values', () => {
    const bound = 3 * 2 ** 30;
    const values = draw(30_000, (stream) => stream.integer(bound));
    const lowThird = values.filter((value) => value < 2 ** 30).length / values.length;
    expect(lowThird).toBeCloseTo(1 / 3, 1);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1])('refuses the bound %d', (bound) => {
    expect(() => new RandomStream(seed).integer(bound)).toThrow(
      `bound ${bound} is not an integer from 1 to 4294967296`,
    );
  });

  test('refuses an address that is not made of words', () => {
    expect(() => new RandomStream(seed, [1, -1])).toThrow(
      'stream address 1,-1 holds -1, allowed are integers from 0 to',
    );
  });
});
