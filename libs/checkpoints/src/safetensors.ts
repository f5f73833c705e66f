import { headerText } from './safetensors-header.ts';
import { checkedHeader } from './safetensors-check.ts';
import { elementsFrom, type NamedTensor } from './tensor.ts';

/** The content of a safetensors file. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order in which they lie in the file. */
  readonly tensors: readonly NamedTensor[];
}

/** Bytes of the header's length, a little-endian 64-bit integer, at the start of a file. */
const lengthBytes = 8;

/**
 * A safetensors file (format of huggingface/safetensors, README "Format"): equal content gives equal bytes, because
 * tensors keep their order, metadata are sorted by key, and the header is filled with spaces to a multiple of 8 bytes.
 * Throws a `RangeError` where a tensor's values do not fit its shape, or a name is empty, reserved or used twice.
 */
export function encodeSafetensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header = new TextEncoder().encode(headerText(metadata, tensors));
  const dataStart = lengthBytes + header.byteLength;
  const file = new Uint8Array(dataStart + tensors.reduce((bytes, { values }) => bytes + values.byteLength, 0));
  new DataView(file.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  file.set(header, lengthBytes);
  let offset = dataStart;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file; the tensors' values are copies.
 * @param source how messages name the file
 * @throws CollimatorError `weights_corrupt`, with every problem of the header at once
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): TensorFile {
  const { metadata, entries, dataStart } = checkedHeader(bytes, source);
  const tensors = entries.map(({ name, type, shape, begin, end }) => ({
    name,
    shape,
    values: elementsFrom(type, bytes.subarray(dataStart + begin, dataStart + end)),
  }));
  return { metadata, tensors };
}
