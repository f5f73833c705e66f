import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLanes } from './assignment.ts';
import { predictedEfficiency } from './efficiency.ts';
import { maximalSubtrees } from './tree.ts';

describe('lane assignment', () => {
  it.each([
    [8, 1, [8]],
    [8, 2, [4, 4]],
    [8, 3, [3, 3, 2]],
    [8, 5, [2, 2, 2, 1, 1]],
    [8, 8, [1, 1, 1, 1, 1, 1, 1, 1]],
  ])('deals %i lanes to %i workers', (lanes, workers, sizes) => {
    const shares = assignLanes(lanes, workers);
    expect(shares.flat()).toEqual(Array.from({ length: lanes }, (_, lane) => lane));
    expect(shares.map((share) => share.length).sort()).toEqual(sizes.toSorted());
  });

  it('has the fewest subtrees of all contiguous splits with the shortest longest share', () => {
    const splits = (lanes: number, workers: number, longest: number): number[][] =>
      workers === 0
        ? [[]].filter(() => lanes === 0)
        : Array.from({ length: Math.min(longest, lanes) }, (_, size) => size + 1).flatMap((size) =>
            splits(lanes - size, workers - 1, longest).map((rest) => [size, ...rest]),
          );
    const subtrees = (sizes: readonly number[], laneCount: number): number => {
      let first = 0;
      return sizes.reduce((sum, size) => {
        const lanes = Array.from({ length: size }, (_, offset) => first + offset);
        first += size;
        return sum + maximalSubtrees(lanes, laneCount).length;
      }, 0);
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.nat(), (level, pick) => {
        const laneCount = 2 ** level;
        const workers = 1 + (pick % laneCount);
        const sizes = assignLanes(laneCount, workers).map((share) => share.length);
        const longest = Math.ceil(laneCount / workers);
        expect(Math.max(...sizes)).toBe(longest);
        const best = Math.min(...splits(laneCount, workers, longest).map((split) => subtrees(split, laneCount)));
        expect(subtrees(sizes, laneCount)).toBe(best);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [4, 5, '5 workers; allowed are 1 to 4, one for each lane'],
    [4, 0, '0 workers; allowed are 1 to 4'],
  ])('of %i lanes refuses %i workers', (lanes, workers, message) => {
    expect(() => assignLanes(lanes, workers)).toThrow(message);
  });
});

it.each([
  [1, 1, 100],
  [2, 1, 100],
  [3, 1, 89],
  [5, 1, 80],
  [6, 1, 67],
  [7, 1, 57],
  [8, 1, 100],
  [2, 2, 100],
  [3, 2, 67],
])('predicts for 8 lanes on %i workers of %i slots %i %%', (workers, slots, percent) => {
  expect(Math.round(predictedEfficiency(8, workers, slots) * 100)).toBe(percent);
});
