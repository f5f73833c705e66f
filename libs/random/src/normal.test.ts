import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from './normal.ts';

describe('normalQuantile', () => {
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.9, 1.2815515655446008],
    [0.05, -1.6448536269514729],
    [1e-9, -5.997807015007687],
    [1e-16, -8.222082216130436],
  ])('of %d is %d', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 13);
  });

  test('is odd about one half and rises', () => {
    const probability = fc.double({ min: 1e-12, max: 0.4999, noNaN: true });
    fc.assert(
      fc.property(probability, (p) => {
        expect(normalQuantile(p)).toBeLessThan(normalQuantile(p + 1e-4));
        expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(1 - (1 - p)), 9);
      }),
    );
  });
});
