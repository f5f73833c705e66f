import { CollimatorError } from '@collimator/errors';

/** Numbers of an array, in one piece. */
export type NumberArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array in row-major (C) order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly dtype: NpyDtype;
  /** 64-bit integers are doubles here, booleans 0 and 1. */
  readonly values: NumberArray;
}

/** Element types, as NumPy writes them without the byte order. */
const npyDtypes = ['b1', 'u1', 'i1', 'u2', 'i2', 'i4', 'i8', 'f4', 'f8'] as const;
export type NpyDtype = (typeof npyDtypes)[number];

interface NpyHeader {
  readonly shape: readonly number[];
  readonly dtype: NpyDtype;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly dataOffset: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const longestHeader = 65_536;
const itemBytes: Record<NpyDtype, number> = { b1: 1, u1: 1, i1: 1, u2: 2, i2: 2, i4: 4, i8: 8, f4: 4, f8: 8 };

/**
 * Reads an array in NumPy's format, versions 1 to 3 (numpy.lib.format), either byte order, either element order.
 *
 * @throws CollimatorError `dataset_invalid`: not npy, cut off, object arrays (reading them would run code), other element types.
 */
export function parseNpy(content: Uint8Array): NpyArray {
  const header = parseHeader(content);
  const count = header.shape.reduce((product, length) => product * length, 1);
  const needed = count * itemBytes[header.dtype];
  const data = content.subarray(header.dataOffset);
  if (data.length !== needed) {
    throw invalid(
      `it has ${data.length} bytes of data, shape (${header.shape.join(', ')}) of ${header.dtype} needs ${needed}`,
      'Write the file again; it may have been cut off.',
    );
  }
  const values = readValues(data, header, count);
  return {
    shape: header.shape,
    dtype: header.dtype,
    values: header.fortranOrder ? toRowMajor(values, header.shape) : values,
  };
}

function parseHeader(content: Uint8Array): NpyHeader {
  if (content.length < 10 || magic.some((byte, index) => content[index] !== byte)) {
    throw invalid('it does not begin with the npy magic \\x93NUMPY', 'Write the arrays with numpy.savez.');
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw invalid(`it has npy version ${version}; allowed: 1, 2, 3`);
  const lengthBytes = version === 1 ? 2 : 4;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = 8 + lengthBytes + length;
  if (length > longestHeader || dataOffset > content.length)
    throw invalid(`its header of ${length} bytes goes beyond its end`);
  const text = new TextDecoder().decode(content.subarray(8 + lengthBytes, dataOffset));
  return {
    ...parseDescription(text),
    shape: parseShape(text),
    fortranOrder: /'fortran_order':\s*True/.test(text),
    dataOffset,
  };
}

function parseDescription(header: string): Pick<NpyHeader, 'dtype' | 'littleEndian'> {
  const description = /'descr':\s*'([<>|=]?)([^']*)'/.exec(header);
  if (description === null) {
    throw invalid(`its element type is a record; allowed: ${npyDtypes.join(', ')}`, 'Save plain number arrays.');
  }
  const [, order, type = ''] = description;
  if (type.startsWith('O')) {
    throw invalid(
      `it holds Python objects (dtype object), which are never loaded because that would run code; allowed: ${npyDtypes.join(', ')}`,
      'Convert it with numpy.stack or .astype to a number array before saving.',
    );
  }
  const dtype = npyDtypes.find((known) => known === type);
  if (dtype === undefined)
    throw invalid(`its element type is ${type}; allowed: ${npyDtypes.join(', ')}`, 'Convert it with .astype.');
  return { dtype, littleEndian: order !== '>' };
}

function parseShape(header: string): number[] {
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw invalid('its header states no shape');
  const lengths = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => Number.parseInt(part, 10));
  if (lengths.reduce((product, length) => product * length, 1) > 2 ** 32)
    throw invalid(`its shape (${shape}) has more than 2^32 elements`);
  return lengths;
}

function readValues(data: Uint8Array, header: NpyHeader, count: number): NumberArray {
  const { dtype, littleEndian } = header;
  const { buffer } = new Uint8Array(data);
  if (itemBytes[dtype] === 1) return dtype === 'i1' ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (!littleEndian) swapBytes(new Uint8Array(buffer), itemBytes[dtype]);
  switch (dtype) {
    case 'u2':
      return new Uint16Array(buffer);
    case 'i2':
      return new Int16Array(buffer);
    case 'i4':
      return new Int32Array(buffer);
    case 'f4':
      return new Float32Array(buffer);
    case 'i8':
      return Float64Array.from(new BigInt64Array(buffer, 0, count), Number);
    default:
      return new Float64Array(buffer);
  }
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let offset = 0; offset < bytes.length; offset += size) bytes.subarray(offset, offset + size).reverse();
}

function toRowMajor(values: NumberArray, shape: readonly number[]): NumberArray {
  const ordered = values.slice();
  const index = shape.map(() => 0);
  const strides = columnStrides(shape);
  for (let position = 0; position < values.length; position += 1) {
    const source = index.reduce((sum, place, axis) => sum + place * (strides[axis] ?? 0), 0);
    ordered[position] = values[source] ?? 0;
    advance(index, shape);
  }
  return ordered;
}

function columnStrides(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((length) => {
    const own = stride;
    stride *= length;
    return own;
  });
}

function advance(index: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const next = (index[axis] ?? 0) + 1;
    index[axis] = next === shape[axis] ? 0 : next;
    if (next !== shape[axis]) return;
  }
}

function invalid(message: string, next = 'Write the file again with numpy.savez_compressed.'): CollimatorError {
  return new CollimatorError('dataset_invalid', message, { next });
}
