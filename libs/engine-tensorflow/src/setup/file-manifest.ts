import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CollimatorError } from '@collimator/errors';

import { sha256OfFile } from './hashing.ts';

export interface ManifestEntry {
  /** Relative to the manifest's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const manifestFile = 'files.json';

/** Files up to this size are hashed at every start; of larger ones only the size is compared. */
const smallFileBytes = 1 << 20;

/** Writes the list of a folder's files; the last file that goes into it. */
export async function writeManifest(folder: string, entries: readonly ManifestEntry[]): Promise<void> {
  await writeFile(join(folder, manifestFile), JSON.stringify(entries, undefined, 1));
}

/** Size and hash of files in a folder, for its manifest. */
export async function describeFiles(folder: string, paths: readonly string[]): Promise<ManifestEntry[]> {
  return Promise.all(
    paths.map(async (path) => {
      const file = join(folder, path);
      return { path, bytes: (await stat(file)).size, sha256: await sha256OfFile(file) };
    }),
  );
}

/** A folder's manifest, or `undefined` where there is no such folder. Throws `engine_corrupt`. */
export async function readManifest(folder: string): Promise<readonly ManifestEntry[] | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, manifestFile), 'utf8')) as ManifestEntry[];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CollimatorError('engine_corrupt', `cannot read ${join(folder, manifestFile)}`, { cause });
  }
}

/**
 * What differs from the manifest, one line each; empty if the folder is as it was made. `full` hashes every byte
 * (seconds), otherwise only small files are hashed and large ones compared by size (milliseconds).
 */
export async function manifestMismatches(
  folder: string,
  entries: readonly ManifestEntry[],
  extent: 'quick' | 'full',
): Promise<string[]> {
  const findings = await Promise.all(entries.map((entry) => mismatchOf(folder, entry, extent)));
  return findings.filter((finding) => finding !== undefined);
}

async function mismatchOf(folder: string, entry: ManifestEntry, extent: 'quick' | 'full'): Promise<string | undefined> {
  const path = join(folder, entry.path);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return `${path} is missing`;
  if (size !== entry.bytes) return `${path} has ${size} bytes, the manifest says ${entry.bytes}`;
  if (extent === 'quick' && size > smallFileBytes) return undefined;
  const sha256 = await sha256OfFile(path);
  return sha256 === entry.sha256 ? undefined : `${path} has SHA-256 ${sha256}, the manifest says ${entry.sha256}`;
}
