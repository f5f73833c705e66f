import { CollimatorError, type Problem } from '@collimator/errors';
import { metadataKey } from './safetensors-header.ts';
import { elementBytes, elementCount, type ElementType, isElementType } from './tensor.ts';

/** Limits of what is read; the Python library's limit of the header is the same. */
const headerBytesMax = 100_000_000;
const tensorsMax = 100_000;
const dimensionsMax = 16;
const lengthBytes = 8;

/** A tensor as the header describes it; `begin` and `end` are bytes from the start of the data. */
interface HeaderEntry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface CheckedHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the data, which they cover without gaps. */
  readonly entries: readonly HeaderEntry[];
  readonly dataStart: number;
}

/** Reads and checks the header against the file's length. Throws `weights_corrupt`. */
export function checkedHeader(bytes: Uint8Array, source: string): CheckedHeader {
  const json = headerJson(bytes, source);
  const dataStart = lengthBytes + json.byteLength;
  const header = parseHeader(json, source);
  const problems: Problem[] = [];
  const metadata = readMetadata(header[metadataKey], problems);
  const described = Object.entries(header).filter(([name]) => name !== metadataKey);
  if (described.length > tensorsMax) {
    throw corrupt(source, `it has ${described.length} tensors, at most ${tensorsMax} are allowed`);
  }
  const entries = described
    .flatMap(([name, entry]) => readEntry(name, entry, problems))
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
  if (problems.length === 0) checkCover(entries, bytes.byteLength - dataStart, problems);
  if (problems.length > 0)
    throw corrupt(source, problems.map(({ field, message }) => `${field}: ${message}`).join('; '), problems);
  return { metadata, entries, dataStart };
}

function headerJson(bytes: Uint8Array, source: string): Uint8Array {
  if (bytes.byteLength < lengthBytes) {
    throw corrupt(source, `it has ${bytes.byteLength} bytes, at least ${lengthBytes} are needed`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > headerBytesMax) {
    throw corrupt(source, `its header claims ${length.toString()} bytes, at most ${headerBytesMax} are allowed`);
  }
  const available = bytes.byteLength - lengthBytes;
  if (Number(length) > available) {
    throw corrupt(source, `its header claims ${length.toString()} bytes, ${available} follow: the file is cut off`);
  }
  return bytes.subarray(lengthBytes, lengthBytes + Number(length));
}

function parseHeader(json: Uint8Array, source: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw corrupt(source, 'its header is not JSON', [], cause);
  }
  if (!isRecord(header)) throw corrupt(source, 'its header is not a JSON object');
  return header;
}

function readMetadata(value: unknown, problems: Problem[]): Record<string, string> {
  if (value === undefined) return {};
  const texts = isRecord(value) ? Object.entries(value) : [];
  const strings = texts.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (!isRecord(value) || strings.length !== texts.length) {
    problems.push({ field: metadataKey, message: 'is not a map of strings' });
  }
  return Object.fromEntries(strings);
}

function readEntry(name: string, entry: unknown, problems: Problem[]): HeaderEntry[] {
  const report = (message: string): HeaderEntry[] => {
    problems.push({ field: name, message });
    return [];
  };
  if (!isRecord(entry)) return report('is not an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !isElementType(dtype)) {
    return report(`has the element type ${JSON.stringify(dtype)}, allowed are ${Object.keys(elementBytes).join(', ')}`);
  }
  if (!isSizes(shape) || shape.length > dimensionsMax) {
    return report(`has the shape ${JSON.stringify(shape)}, allowed are up to ${dimensionsMax} integers from 0`);
  }
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined || begin > end) {
    return report(`has the data offsets ${JSON.stringify(offsets)}, allowed are two rising integers`);
  }
  const expected = elementCount(shape) * elementBytes[dtype];
  if (end - begin !== expected) {
    return report(`has ${end - begin} bytes, ${dtype} of shape [${shape.join()}] needs ${expected}`);
  }
  return [{ name, type: dtype, shape, begin, end }];
}

/** The tensors must follow each other without gap or overlap and end where the file ends. */
function checkCover(entries: readonly HeaderEntry[], dataBytes: number, problems: Problem[]): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) problems.push({ field: name, message: `starts at byte ${begin}, ${covered} is expected` });
    covered = end;
  }
  if (covered === dataBytes || problems.length > 0) return;
  problems.push({ field: 'data', message: `has ${dataBytes} bytes, the header describes ${covered}` });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function corrupt(source: string, what: string, problems: readonly Problem[] = [], cause?: unknown): CollimatorError {
  return new CollimatorError('weights_corrupt', `${source} is not a whole safetensors file: ${what}`, {
    next: 'Copy it again from where it was written, or take an earlier step of the run.',
    problems,
    cause,
  });
}
