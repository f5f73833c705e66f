import { zipSync } from 'fflate';

/** An array for a test's npz file, described as NumPy does. */
export interface TestArray {
  /** Such as `|u1`, `<f4`, `>i8`, `|O`. */
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly fortranOrder?: boolean;
  /** Version of the npy format; 1 by default. */
  readonly version?: 1 | 2 | 3;
}

/** An array of bytes, given by a function of the element's number. */
export function byteArray(shape: readonly number[], valueOf: (place: number) => number = () => 0): TestArray {
  const count = shape.reduce((product, length) => product * length, 1);
  return { descr: '|u1', shape, data: Uint8Array.from({ length: count }, (_, place) => valueOf(place)) };
}

/** An array of signed or floating numbers, little endian. */
export function numberArray(
  descr: '<i8' | '<i2' | '<f4' | '<f8',
  shape: readonly number[],
  values: readonly number[],
): TestArray {
  const typed = {
    '<i8': () => BigInt64Array.from(values, BigInt),
    '<i2': () => Int16Array.from(values),
    '<f4': () => Float32Array.from(values),
    '<f8': () => Float64Array.from(values),
  }[descr]();
  return { descr, shape, data: new Uint8Array(typed.buffer) };
}

/** The bytes that `numpy.save` writes for an array (numpy.lib.format, versions 1 to 3). */
export function npyFile({ descr, shape, data, fortranOrder = false, version = 1 }: TestArray): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape.join()},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const padded = text.padEnd(Math.ceil((text.length + 9 + lengthBytes) / 64) * 64 - 9 - lengthBytes) + '\n';
  const file = new Uint8Array(8 + lengthBytes + padded.length + data.length);
  file.set([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const view = new DataView(file.buffer);
  if (version === 1) view.setUint16(8, padded.length, true);
  else view.setUint32(8, padded.length, true);
  file.set(Buffer.from(padded), 8 + lengthBytes);
  file.set(data, 8 + lengthBytes + padded.length);
  return file;
}

/** The bytes that `numpy.savez_compressed` writes for named arrays. */
export function npzFile(arrays: Readonly<Record<string, TestArray>>): Uint8Array {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyFile(array)] as const);
  return zipSync(Object.fromEntries(entries), { mtime: new Date(1980, 1, 1) });
}

/** A valid MedMNIST-style data set of 3×4-pixel images in two classes: 10 for training, 5 for validation, 6 for the test. */
export function smallDataset(): Record<string, TestArray> {
  const counts = { train: 10, val: 5, test: 6 };
  return Object.fromEntries(
    Object.entries(counts).flatMap(([split, count], number) => [
      [`${split}_images`, byteArray([count, 3, 4], (place) => (place * 7 + number * 50) % 256)],
      [`${split}_labels`, byteArray([count, 1], (place) => place % 2)],
    ]),
  );
}
