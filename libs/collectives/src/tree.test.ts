import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maximalSubtrees, nodeKey, parentOf, rootLevel, siblingOf } from './tree.ts';

describe('maximal subtrees', () => {
  it.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], 8, ['3/0']],
    [[0, 1, 2], 8, ['1/0', '0/2']],
    [[3, 4, 5], 8, ['0/3', '1/2']],
    [[1, 2], 4, ['0/1', '0/2']],
    [[0], 1, ['0/0']],
  ])('of lanes %j of %i are %j', (lanes, laneCount, expected) => {
    expect(maximalSubtrees(lanes, laneCount).map(nodeKey)).toEqual(expected);
  });

  it('cover exactly the lanes, and no two of them are siblings', () => {
    fc.assert(
      fc.property(fc.subarray(Array.from({ length: 16 }, (_, lane) => lane)), (lanes) => {
        const nodes = maximalSubtrees(lanes, 16);
        const covered = nodes.flatMap(({ level, index }) =>
          Array.from({ length: 1 << level }, (_, offset) => (index << level) + offset),
        );
        expect(covered).toEqual(lanes);
        const keys = new Set(nodes.map(nodeKey));
        expect(nodes.some((node) => node.level < 4 && keys.has(nodeKey(siblingOf(node))))).toBe(false);
      }),
    );
  });

  it('refuse a lane that is named twice', () => {
    expect(() => maximalSubtrees([1, 1], 4)).toThrow('lanes 1, 1 name one lane twice');
  });
});

it('knows parents and siblings', () => {
  expect(parentOf({ level: 1, index: 3 })).toEqual({ level: 2, index: 1 });
  expect(siblingOf({ level: 1, index: 3 })).toEqual({ level: 1, index: 2 });
});

it('refuses a lane count that is no power of two', () => {
  expect(rootLevel(64)).toBe(6);
  expect(() => rootLevel(6)).toThrow('6 lanes; allowed is a power of two');
});
