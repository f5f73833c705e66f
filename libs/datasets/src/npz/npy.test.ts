import { npyFile, numberArray, type TestArray } from '@collimator/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNpy } from './npy.ts';
import { writeNpy } from './write-npy.ts';

const two: TestArray = { descr: '|u1', shape: [2], data: Uint8Array.of(1, 2) };

function bigEndian(array: TestArray, itemBytes: number): TestArray {
  const data = array.data.slice();
  for (let offset = 0; offset < data.length; offset += itemBytes) data.subarray(offset, offset + itemBytes).reverse();
  return { ...array, descr: array.descr.replace('<', '>'), data };
}

describe('parseNpy', () => {
  it.each([1, 2, 3] as const)('reads version %i', (version) => {
    expect(parseNpy(npyFile({ ...two, version }))).toEqual({ shape: [2], dtype: 'u1', values: Uint8Array.of(1, 2) });
  });

  it.each([
    { descr: '|b1', data: [1, 0], values: Uint8Array.of(1, 0) },
    { descr: '|u1', data: [255, 0], values: Uint8Array.of(255, 0) },
    { descr: '|i1', data: [255, 1], values: Int8Array.of(-1, 1) },
    { descr: '<u2', data: [1, 2, 0, 255], values: Uint16Array.of(513, 65_280) },
    { descr: '<i4', data: [255, 255, 255, 255, 1, 0, 0, 0], values: Int32Array.of(-1, 1) },
  ])('reads $descr', ({ descr, data, values }) => {
    expect(parseNpy(npyFile({ descr, shape: [2], data: Uint8Array.from(data) })).values).toEqual(values);
  });

  it.each([
    { descr: '<i2', itemBytes: 2 },
    { descr: '<i8', itemBytes: 8 },
    { descr: '<f4', itemBytes: 4 },
    { descr: '<f8', itemBytes: 8 },
  ] as const)('reads $descr in either byte order', ({ descr, itemBytes }) => {
    const array = numberArray(descr, [3], [-3, 2, 1000]);
    expect(Array.from(parseNpy(npyFile(array)).values)).toEqual([-3, 2, 1000]);
    expect(Array.from(parseNpy(npyFile(bigEndian(array, itemBytes))).values)).toEqual([-3, 2, 1000]);
  });

  it('reads column-major arrays in row-major order', () => {
    const array = { descr: '|u1', shape: [2, 3], data: Uint8Array.of(1, 4, 2, 5, 3, 6), fortranOrder: true };
    expect(Array.from(parseNpy(npyFile(array)).values)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads what writeNpy writes, for any shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
        fc.infiniteStream(fc.nat(255)),
        (shape, bytes) => {
          const count = shape.reduce((product, length) => product * length, 1);
          const data = Uint8Array.from(bytes.take(count));
          const file = writeNpy('u1', shape, data);
          expect(parseNpy(file)).toEqual({ shape, dtype: 'u1', values: data });
          expect(file).toEqual(npyFile({ descr: '|u1', shape, data }));
        },
      ),
    );
  });

  it.each([
    {
      file: npyFile({ ...two, descr: '|O' }),
      message: 'Python objects (dtype object), which are never loaded because that would run code',
    },
    {
      file: npyFile({ ...two, descr: '<f2' }),
      message: 'its element type is f2; allowed: b1, u1, i1, u2, i2, i4, i8, f4, f8',
    },
    { file: npyFile({ ...two, descr: '<U5' }), message: 'its element type is U5' },
    { file: npyFile({ ...two, shape: [3] }), message: 'it has 2 bytes of data, shape (3) of u1 needs 3' },
    { file: npyFile({ ...two, shape: [70_000, 70_000] }), message: 'more than 2^32 elements' },
    { file: npyFile(two).subarray(0, 40), message: 'goes beyond its end' },
    { file: npyFile(two).fill(4, 6, 7), message: 'it has npy version 4; allowed: 1, 2, 3' },
    { file: new Uint8Array(3), message: 'it does not begin with the npy magic' },
  ])('refuses: $message', ({ file, message }) => {
    expect(() => parseNpy(file)).toThrow(
      expect.objectContaining({
        code: 'dataset_invalid',
        message: expect.stringContaining(message) as string,
        next: expect.any(String) as string,
      }),
    );
  });
});
