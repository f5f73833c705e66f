import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveSeed, seedFrom } from './seed.ts';

describe('seedFrom', () => {
  test('splits an integer in two words', () => {
    expect(seedFrom(7)).toEqual([7, 0]);
    expect(seedFrom(2 ** 40 + 3)).toEqual([3, 256]);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses %d with what is allowed', (value) => {
    expect(() => seedFrom(value)).toThrow(`seed ${value} is not an integer from 0 to 9007199254740991`);
  });
});

describe('deriveSeed', () => {
  test.each([
    ['weights', [554234820, 4186807137]],
    ['order', [3776420616, 3220912868]],
    ['augmentation', [1701281124, 4232103726]],
    ['dropout', [1664305345, 719939520]],
  ] as const)('the sub-seed %s of seed 7 never changes', (name, expected) => {
    expect(deriveSeed(7, name)).toEqual(expected);
  });

  test('a number and its words are the same parent', () => {
    expect(deriveSeed(2 ** 40 + 3, 'order')).toEqual(deriveSeed([3, 256], 'order'));
  });

  test('names that differ in zero padding or at block borders get unlike sub-seeds', () => {
    const names = ['', '\0', 'a', 'a\0', 'a'.repeat(15), 'a'.repeat(16), 'a'.repeat(17), `${'a'.repeat(16)}\0`];
    const seeds = new Set(names.map((name) => deriveSeed(7, name).join()));
    expect(seeds.size).toBe(names.length);
  });

  test('unlike parents or names give unlike sub-seeds', () => {
    const pair = fc.tuple(fc.maxSafeNat(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(pair, pair, ([seedA, nameA], [seedB, nameB]) => {
        fc.pre(seedA !== seedB || nameA !== nameB);
        return deriveSeed(seedA, nameA).join() !== deriveSeed(seedB, nameB).join();
      }),
    );
  });
});
