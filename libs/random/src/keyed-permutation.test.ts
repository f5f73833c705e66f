import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyedPermutation } from './keyed-permutation.ts';
import { deriveSeed } from './seed.ts';

const seed = deriveSeed(7, 'order');

function wholeOrder(permutation: KeyedPermutation): number[] {
  return Array.from({ length: permutation.size }, (_, position) => permutation.at(position));
}

describe('KeyedPermutation', () => {
  test('is a bijection for every size, key and tweak', () => {
    const word = fc.nat({ max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1500 }), word, word, word, (size, low, high, tweak) => {
        const order = wholeOrder(new KeyedPermutation(size, [low, high], tweak));
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
      }),
    );
  });

  test('never changes', () => {
    expect(wholeOrder(new KeyedPermutation(10, seed, 3))).toEqual([6, 9, 7, 8, 4, 5, 2, 3, 1, 0]);
  });

  test('unlike tweaks give unlike orders', () => {
    const orders = Array.from({ length: 50 }, (_, epoch) => wholeOrder(new KeyedPermutation(100, seed, epoch)).join());
    expect(new Set(orders).size).toBe(50);
  });

  test.each([2, 3, 5, 10, 37])('each of %d indices is equally likely at each position', (size) => {
    const draws = 2000;
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < draws; epoch++) {
      wholeOrder(new KeyedPermutation(size, seed, epoch)).forEach((index, position) => {
        const cell = `${position},${index}`;
        counts.set(cell, (counts.get(cell) ?? 0) + 1);
      });
    }
    const spread = Math.sqrt(draws * (1 / size) * (1 - 1 / size));
    for (const count of counts.values()) expect(Math.abs(count - draws / size)).toBeLessThan(4.5 * spread);
    expect(counts.size).toBe(size * size);
  });

  test('reaches every order of four', () => {
    const orders = Array.from({ length: 600 }, (_, epoch) => wholeOrder(new KeyedPermutation(4, seed, epoch)).join());
    expect(new Set(orders).size).toBe(24);
  });

  test('works on sizes far beyond memory', () => {
    const permutation = new KeyedPermutation(2 ** 52, seed);
    const indices = [0, 1, 2 ** 51, 2 ** 52 - 1].map((position) => permutation.at(position));
    expect(new Set(indices).size).toBe(4);
    for (const index of indices) expect(index).toBeLessThan(2 ** 52);
  });

  test.each([
    [0, 0, 'size 0 of a permutation is not an integer from 1 to 4503599627370496'],
    [2.5, 0, 'size 2.5 of a permutation'],
    [5, -1, 'tweak -1 of a permutation is not an integer from 0 to 4294967295'],
  ])('refuses size %d with tweak %d', (size, tweak, message) => {
    expect(() => new KeyedPermutation(size, seed, tweak)).toThrow(message);
  });

  test('refuses a position beyond its size', () => {
    expect(() => new KeyedPermutation(5, seed).at(5)).toThrow(
      'position 5 of a permutation is not an integer from 0 to 4',
    );
  });
});
