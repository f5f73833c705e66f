import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, alignmentBytes, createSharedMemory } from './arena.ts';

describe('an arena', () => {
  it('hands out aligned vectors that never overlap and reuses all freed space', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const arena = new Arena(createSharedMemory(16 << 20));
        for (let turn = 0; turn < 3; turn++) {
          const vectors = sizes.map((size) => arena.allocate(size));
          vectors.forEach((vector, index) => vector.floats.fill(index));
          for (const [index, vector] of vectors.entries()) {
            expect(vector.address % alignmentBytes).toBe(0);
            expect(vector.floats.every((value) => value === index)).toBe(true);
          }
          for (const vector of vectors.toReversed()) arena.free(vector.address);
          expect(arena.allocatedBytes).toBe(0);
        }
        const pages = sizes.reduce((sum, size) => sum + Math.ceil((size * 4) / 65_536), 0);
        expect(new Arena(arena.memory).allocate(1).address).toBeLessThanOrEqual((pages + 1) * 65_536);
      }),
    );
  });

  it('says when it is full, and how much was wanted', () => {
    const arena = new Arena(createSharedMemory(196_608));
    arena.allocate(16_384);
    expect(() => arena.allocate(32_768)).toThrow('the exchange memory of 196608 bytes has no 131072 bytes left');
    arena.allocate(16_384);
  });

  it('refuses to free an address twice', () => {
    const arena = new Arena(createSharedMemory(131_072));
    const { address } = arena.allocate(4);
    arena.free(address);
    expect(() => {
      arena.free(address);
    }).toThrow('address 65536 was freed twice or never allocated');
  });

  it('shares one memory between two arenas without overlap', () => {
    const memory = createSharedMemory(1 << 20);
    const [first, second] = [new Arena(memory), new Arena(memory)];
    const a = first.allocate(100);
    const b = second.allocate(100);
    a.floats.fill(1);
    b.floats.fill(2);
    expect(second.view(a.address, 100).every((value) => value === 1)).toBe(true);
  });
});
