import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockFloats, Blocks, ownerOf } from './blocks.ts';

describe('blocks', () => {
  it('cover a vector without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), (length) => {
        const blocks = new Blocks(length);
        const ranges = Array.from({ length: blocks.count }, (_, block) => blocks.range(block));
        expect(ranges.reduce((sum, range) => sum + range.length, 0)).toBe(length);
        ranges.forEach((range, block) => {
          expect(range.offset).toBe(block * blockFloats);
          expect(blocks.at(range.offset)).toBe(block);
        });
      }),
    );
  });

  it.each([[-1], [1], [blockFloats - 1], [blockFloats * 2]])('none starts at float %i', (offset) => {
    expect(new Blocks(blockFloats + 5).at(offset)).toBeUndefined();
  });

  it('are owned in contiguous chunks that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 500 }), (workers, extra) => {
        const count = workers + extra;
        const owners = Array.from({ length: count }, (_, block) => ownerOf(block, count, workers));
        expect(owners).toEqual(owners.toSorted((a, b) => a - b));
        const shares = Array.from({ length: workers }, (_, rank) => owners.filter((owner) => owner === rank).length);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('go to one owner when there are fewer than workers', () => {
    expect([0, 1, 2].map((block) => ownerOf(block, 3, 4))).toEqual([0, 0, 0]);
  });
});
