import { CollimatorError } from '@collimator/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { type NamedTensor } from './tensor.ts';

/** A file of any header, which need not be true, and zeros as data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const text = new TextEncoder().encode(json);
  const file = new Uint8Array(8 + text.byteLength + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  file.set(text, 8);
  return file;
}

function errorOf(bytes: Uint8Array): CollimatorError {
  try {
    decodeSafetensors(bytes, 'weights.safetensors');
  } catch (error) {
    if (error instanceof CollimatorError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const float = (offsets: number[], shape: number[] = [1]) => ({ dtype: 'F32', shape, data_offsets: offsets });

describe('encodeSafetensors', () => {
  test('writes the documented bytes: length, header filled to 8 bytes, data', () => {
    const file = encodeSafetensors({
      metadata: { b: '2', a: '1' },
      tensors: [{ name: '0', shape: [2], values: new Float32Array([1, -2]) }],
    });
    const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = '{"__metadata__":{"a":"1","b":"2"},"0":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect(headerBytes % 8).toBe(0);
    expect(new TextDecoder().decode(file.subarray(8, 8 + headerBytes))).toBe(header.padEnd(headerBytes));
    expect([...new Float32Array(file.slice(8 + headerBytes).buffer)]).toEqual([1, -2]);
  });

  test('keeps the order of tensors, also where names look like integers', () => {
    const tensors = ['b', '10', 'a', '2'].map((name) => ({ name, shape: [1], values: new Float32Array(1) }));
    const { tensors: read } = decodeSafetensors(encodeSafetensors({ metadata: {}, tensors }), 'x');
    expect(read.map(({ name }) => name)).toEqual(['b', '10', 'a', '2']);
  });

  test.each<[string, NamedTensor[], string]>([
    [
      'a shape that does not fit',
      [{ name: 'w', shape: [3], values: new Float32Array(2) }],
      'w has 2 values, its shape [3] asks for 3',
    ],
    ['a reserved name', [{ name: '__metadata__', shape: [0], values: new Float32Array(0) }], 'is reserved'],
    [
      'a name that is used twice',
      ['w', 'w'].map((name) => ({ name, shape: [0], values: new Float32Array(0) })),
      '"w" is used twice',
    ],
  ])('refuses %s', (_, tensors, message) => {
    expect(() => encodeSafetensors({ metadata: {}, tensors })).toThrow(message);
  });
});

describe('decodeSafetensors', () => {
  test('reads what was written, bit for bit, at any alignment of the bytes', () => {
    const values = fc.oneof(fc.float32Array(), fc.int32Array(), fc.bigInt64Array());
    const tensors = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1, unit: 'binary' }), values }), {
      selector: ({ name }) => name,
    });
    const metadata = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(tensors, metadata, fc.nat({ max: 7 }), (drawn, texts, shift) => {
        const file = {
          metadata: { ...texts },
          tensors: drawn.map((tensor) => ({ ...tensor, shape: [tensor.values.length] })),
        };
        const bytes = encodeSafetensors(file);
        const shifted = new Uint8Array(bytes.byteLength + shift).subarray(shift);
        shifted.set(bytes);
        const read = decodeSafetensors(shifted, 'x');
        expect(read).toEqual(file);
        expect(encodeSafetensors(read)).toEqual(bytes);
      }),
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'it has 0 bytes, at least 8 are needed'],
    [
      'a huge header',
      new Uint8Array(8).fill(255),
      'its header claims 18446744073709551615 bytes, at most 100000000 are allowed',
    ],
    [
      'a header that is cut off',
      fileOf('{"w":{}}', 0).subarray(0, 12),
      'its header claims 8 bytes, 4 follow: the file is cut off',
    ],
    ['a header that is not JSON', fileOf('{"w":', 0), 'its header is not JSON'],
    ['a header that is not UTF-8', fileOf('{}', 0).fill(0xff, 8), 'its header is not JSON'],
    ['a list as header', fileOf([], 0), 'its header is not a JSON object'],
    [
      'metadata that are not strings',
      fileOf({ __metadata__: { step: 1 } }, 0),
      '__metadata__: is not a map of strings',
    ],
    ['an entry that is not an object', fileOf({ w: 1 }, 0), 'w: is not an object'],
    [
      'another element type',
      fileOf({ w: { dtype: 'BF16' } }, 0),
      'w: has the element type "BF16", allowed are F32, I32, I64',
    ],
    [
      'a negative size',
      fileOf({ w: float([0, 4], [-1]) }, 4),
      'w: has the shape [-1], allowed are up to 16 integers from 0',
    ],
    [
      'falling offsets',
      fileOf({ w: float([4, 0]) }, 4),
      'w: has the data offsets [4,0], allowed are two rising integers',
    ],
    ['missing offsets', fileOf({ w: { dtype: 'F32', shape: [1] } }, 4), 'w: has the data offsets undefined'],
    ['too few bytes for a shape', fileOf({ w: float([0, 4], [2]) }, 4), 'w: has 4 bytes, F32 of shape [2] needs 8'],
    ['a size that overflows', fileOf({ w: float([0, 4], [2 ** 40, 2 ** 40]) }, 4), 'needs 4.8'],
    ['a gap', fileOf({ v: float([0, 4]), w: float([8, 12]) }, 12), 'w: starts at byte 8, 4 is expected'],
    ['an overlap', fileOf({ v: float([0, 4]), w: float([0, 4]) }, 4), 'w: starts at byte 0, 4 is expected'],
    ['data that are cut off', fileOf({ w: float([0, 4]) }, 3), 'data: has 3 bytes, the header describes 4'],
    ['bytes after the data', fileOf({ w: float([0, 4]) }, 5), 'data: has 5 bytes, the header describes 4'],
  ])('refuses %s', (_, bytes, message) => {
    const error = errorOf(bytes);
    expect(error.code).toBe('weights_corrupt');
    expect(error.message).toContain('weights.safetensors is not a whole safetensors file: ');
    expect(error.message).toContain(message);
    expect(error.next).toBe('Copy it again from where it was written, or take an earlier step of the run.');
  });

  test('names all problems of a header at once', () => {
    const error = errorOf(fileOf({ v: { dtype: 'F8' }, w: float([4, 0]) }, 4));
    expect(error.problems.map(({ field }) => field)).toEqual(['v', 'w']);
  });

  test('never fails in another way, whatever the bytes', () => {
    const valid = encodeSafetensors({
      metadata: { a: '1' },
      tensors: [{ name: 'w', shape: [2], values: new Float32Array(2) }],
    });
    fc.assert(
      fc.property(
        fc.nat({ max: valid.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: valid.length }),
        (at, byte, length) => {
          const damaged = valid.slice(0, length);
          if (at < length) damaged[at] = byte;
          try {
            decodeSafetensors(damaged, 'x');
          } catch (error) {
            expect(error).toMatchObject({ code: 'weights_corrupt' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
