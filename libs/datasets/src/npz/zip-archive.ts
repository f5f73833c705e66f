import { CollimatorError } from '@collimator/errors';
import { inflateSync } from 'fflate';
import { crc32 } from './crc32.ts';

const directoryEndSignature = 0x06054b50;
const directoryEntrySignature = 0x02014b50;
const localHeaderSignature = 0x04034b50;
const directoryEndBytes = 22;
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;

/** Deflate cannot do better; an entry that claims more is not what it says. */
const largestRatio = 1032;

/** What an archive may hold: more is refused before anything is unpacked. */
export const archiveLimits = { entries: 1000, unpackedBytes: 4 * 1024 ** 3 } as const;

/** An entry of a zip archive, as its directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly headerOffset: number;
}

/**
 * Reads the directory of a zip archive (PKWARE APPNOTE 6.3, §4.3) and checks it against {@link archiveLimits}.
 *
 * @throws CollimatorError `dataset_invalid`: not a zip, cut off, encrypted, or too large.
 */
export function readZipDirectory(archive: Uint8Array): ZipEntry[] {
  const view = viewOf(archive);
  const end = findDirectoryEnd(archive, view);
  const count = view.getUint16(end + 10, true);
  if (count > archiveLimits.entries) {
    throw invalid(`the archive has ${count} entries, at most ${archiveLimits.entries} are allowed`);
  }
  const entries: ZipEntry[] = [];
  let offset = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (offset + 46 > archive.length || view.getUint32(offset, true) !== directoryEntrySignature) {
      throw cutOff(archive, 'its directory is damaged');
    }
    entries.push(readDirectoryEntry(archive, view, offset));
    offset +=
      46 + view.getUint16(offset + 28, true) + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  requireLimits(entries);
  return entries;
}

/**
 * Unpacks one entry and compares its length and checksum with the directory.
 *
 * @throws CollimatorError `dataset_invalid` where they differ.
 */
export function unpackEntry(archive: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = viewOf(archive);
  const { headerOffset, name } = entry;
  if (headerOffset + 30 > archive.length || view.getUint32(headerOffset, true) !== localHeaderSignature) {
    throw cutOff(archive, `entry "${name}" is not where the directory says`);
  }
  const from = headerOffset + 30 + view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true);
  if (from + entry.packedBytes > archive.length) throw cutOff(archive, `entry "${name}" goes on beyond its end`);
  const content = inflateEntry(archive.subarray(from, from + entry.packedBytes), entry);
  if (content.length !== entry.unpackedBytes || crc32(content) !== entry.checksum) throw damaged(name);
  return content;
}

function inflateEntry(packed: Uint8Array, entry: ZipEntry): Uint8Array {
  if (entry.method === stored) return packed;
  if (entry.method !== deflated) {
    throw invalid(`entry "${entry.name}" is compressed by method ${entry.method}; allowed: 0 (stored), 8 (deflate)`);
  }
  try {
    return inflateSync(packed, { out: new Uint8Array(entry.unpackedBytes) });
  } catch (error) {
    throw damaged(entry.name, error);
  }
}

function findDirectoryEnd(archive: Uint8Array, view: DataView): number {
  const signature = archive.length < 4 ? 0 : view.getUint32(0, true);
  if (signature !== localHeaderSignature && signature !== directoryEndSignature) throw notAZip(archive);
  const earliest = Math.max(0, archive.length - directoryEndBytes - longestComment);
  for (let offset = archive.length - directoryEndBytes; offset >= earliest; offset -= 1) {
    if (view.getUint32(offset, true) === directoryEndSignature) return offset;
  }
  throw cutOff(archive, 'it has no directory at its end');
}

function readDirectoryEntry(archive: Uint8Array, view: DataView, offset: number): ZipEntry {
  const nameBytes = archive.subarray(offset + 46, offset + 46 + view.getUint16(offset + 28, true));
  const name = new TextDecoder().decode(nameBytes);
  if ((view.getUint16(offset + 8, true) & 1) === 1)
    throw invalid(`entry "${name}" is encrypted; allowed: plain entries`);
  return {
    name,
    method: view.getUint16(offset + 10, true),
    checksum: view.getUint32(offset + 16, true),
    packedBytes: view.getUint32(offset + 20, true),
    unpackedBytes: view.getUint32(offset + 24, true),
    headerOffset: view.getUint32(offset + 42, true),
  };
}

function requireLimits(entries: readonly ZipEntry[]): void {
  const total = entries.reduce((sum, entry) => sum + entry.unpackedBytes, 0);
  if (total > archiveLimits.unpackedBytes) {
    throw invalid(`the archive unpacks to ${total} bytes, at most ${archiveLimits.unpackedBytes} are allowed`);
  }
  for (const { name, packedBytes, unpackedBytes } of entries) {
    if (unpackedBytes > packedBytes * largestRatio + 1024) {
      throw invalid(
        `entry "${name}" claims ${unpackedBytes} bytes out of ${packedBytes}; deflate allows at most ${largestRatio} to 1`,
      );
    }
  }
}

function viewOf(archive: Uint8Array): DataView {
  return new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
}

function invalid(
  message: string,
  next = 'Write the file again with numpy.savez_compressed.',
  cause?: unknown,
): CollimatorError {
  return new CollimatorError('dataset_invalid', message, { next, cause });
}

function notAZip(archive: Uint8Array): CollimatorError {
  const start = Array.from(archive.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const actual = archive.length === 0 ? 'the file is empty' : `it has ${archive.length} bytes and begins with ${start}`;
  return invalid(
    `the file is not a zip archive: ${actual}, an .npz file begins with 50 4b 03 04`,
    'Give a file that numpy.savez or numpy.savez_compressed wrote.',
  );
}

function cutOff(archive: Uint8Array, what: string): CollimatorError {
  return invalid(
    `the archive is truncated or damaged: it has ${archive.length} bytes and ${what}`,
    'Download or copy the file again and compare its size.',
  );
}

function damaged(name: string, cause?: unknown): CollimatorError {
  return invalid(
    `entry "${name}" is damaged: its content does not have the length and checksum that the archive states`,
    'Download or copy the file again.',
    cause,
  );
}
