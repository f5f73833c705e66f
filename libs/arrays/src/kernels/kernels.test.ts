import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, createSharedMemory } from '../arena.ts';
import { createKernels } from './kernels.ts';

const arena = new Arena(createSharedMemory(1 << 20));
const kernels = createKernels(arena.memory);

const smallestNormal = 2 ** -126;
const special = [
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  smallestNormal,
  1,
  -1,
  3.4028234663852886e38,
  Infinity,
  -Infinity,
  NaN,
];
const float = fc.oneof(fc.float(), fc.constantFrom(...special));

function placed(values: readonly number[]) {
  const vector = arena.allocate(values.length);
  vector.floats.set(values);
  return vector;
}

describe('add', () => {
  it('gives the bits of one rounded sum for any values and length', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(float, float), { maxLength: 70 }), (pairs) => {
        const left = placed(pairs.map(([a]) => a));
        const right = placed(pairs.map(([, b]) => b));
        const sum = arena.allocate(pairs.length);
        kernels.add(sum.address, left.address, right.address, pairs.length);
        expect([...sum.floats]).toEqual(pairs.map(([a, b]) => Math.fround(Math.fround(a) + Math.fround(b))));
        for (const vector of [left, right, sum]) arena.free(vector.address);
      }),
    );
  });

  it('sums in place and leaves what follows untouched', () => {
    const left = placed([1, 2, 3, 4, 5, 99]);
    const right = placed([10, 20, 30, 40, 50, 60]);
    kernels.add(left.address, left.address, right.address, 5);
    expect([...left.floats]).toEqual([11, 22, 33, 44, 55, 99]);
  });

  it('keeps subnormal numbers', () => {
    const tiny = placed([2 ** -149, smallestNormal]);
    const other = placed([2 ** -149, -(2 ** -149)]);
    kernels.add(tiny.address, tiny.address, other.address, 2);
    expect([...tiny.floats]).toEqual([2 ** -148, smallestNormal - 2 ** -149]);
  });
});

describe('allFinite', () => {
  it('agrees with Number.isFinite for any values and length', () => {
    fc.assert(
      fc.property(fc.array(float, { maxLength: 40 }), (values) => {
        const vector = placed(values);
        expect(kernels.allFinite(vector.address, values.length)).toBe([...vector.floats].every(Number.isFinite));
        arena.free(vector.address);
      }),
    );
  });
});

it('is compiled from the committed text', () => {
  const compiler = fileURLToPath(new URL('../../../../tools/compile-kernels.ts', import.meta.url));
  expect(execFileSync(process.execPath, [compiler, '--check'], { encoding: 'utf8' })).toBe('');
});
