import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { type Entry, openPromise, type ZipFile } from 'yauzl';

import type { ManifestEntry } from './file-manifest.ts';

export interface UnpackOptions {
  readonly keep: readonly RegExp[];
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes were written since the last call. */
  readonly onBytes: (bytes: number) => void;
}

/** Writes those members of a wheel (a zip file) that are kept into a folder, streaming, and returns their manifest. */
export async function unpackWheel(wheel: string, folder: string, options: UnpackOptions): Promise<ManifestEntry[]> {
  const zip = await openPromise(wheel, { autoClose: false });
  try {
    const entries: ManifestEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      const isFolder = entry.fileName.endsWith('/');
      if (!isFolder && options.keep.some((pattern) => pattern.test(entry.fileName))) {
        entries.push(await unpackEntry(zip, entry, folder, options));
      }
    }
    return entries;
  } finally {
    zip.close();
  }
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  folder: string,
  { onBytes, signal }: UnpackOptions,
): Promise<ManifestEntry> {
  const path = join(folder, entry.fileName);
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      hash.update(chunk);
      onBytes(chunk.length);
      done(undefined, chunk);
    },
  });
  await pipeline(
    await zip.openReadStreamPromise(entry),
    measure,
    createWriteStream(path, { mode: modeOf(entry) }),
    signal ? { signal } : {},
  );
  return { path: entry.fileName, bytes: entry.uncompressedSize, sha256: hash.digest('hex') };
}

/** The upper half of the attributes is the mode of a Unix file; all that matters of it is whether it is a program. */
function modeOf(entry: Entry): number {
  return ((entry.externalFileAttributes >>> 16) & 0o100) === 0 ? 0o644 : 0o755;
}
