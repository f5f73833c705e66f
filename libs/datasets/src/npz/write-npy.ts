const preambleBytes = 10;
const alignment = 64;

/** The npy header (version 1.0) of a row-major little-endian array, padded so that data begin at a multiple of 64 bytes. */
export function npyHeader(dtype: string, shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const order = dtype.endsWith('1') ? '|' : '<';
  const description = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const total = Math.ceil((preambleBytes + description.length + 1) / alignment) * alignment;
  const header = new Uint8Array(total).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (total - preambleBytes) & 0xff, (total - preambleBytes) >> 8]);
  header.set(new TextEncoder().encode(description), preambleBytes);
  header[total - 1] = 0x0a;
  return header;
}

/** An array as an npy file. */
export function writeNpy(dtype: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = npyHeader(dtype, shape);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}
