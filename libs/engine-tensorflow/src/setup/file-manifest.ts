import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { sha256OfFile } from './hashing.ts';

export interface ManifestEntry {
  /** Relative to the manifest's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** How thoroughly files are compared: `full` hashes every byte (seconds), `quick` only those of small files. */
export type Extent = 'quick' | 'full';

const manifestFile = 'files.json';

/** Files up to this size are hashed at every start; of larger ones only the size is compared. */
const smallFileBytes = 1 << 20;

/** Writes the list of a folder's files: the last file that goes into it. */
export async function writeManifest(folder: string, entries: readonly ManifestEntry[]): Promise<void> {
  await writeFile(join(folder, manifestFile), JSON.stringify(entries, undefined, 1));
}

/** Moves a finished folder to its place, instead of what is there. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
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

/** Whether a folder was finished, that is, has a manifest. */
export async function hasManifest(folder: string): Promise<boolean> {
  return stat(join(folder, manifestFile)).then(
    () => true,
    () => false,
  );
}

/** Bytes of a finished folder's files. */
export async function manifestBytes(folder: string): Promise<number> {
  return ((await readManifest(folder)) ?? []).reduce((sum, entry) => sum + entry.bytes, 0);
}

/** What differs from a folder's manifest, one line each; empty if the folder is as it was made. */
export async function manifestMismatches(folder: string, extent: Extent): Promise<string[]> {
  const entries = await readManifest(folder);
  if (entries === undefined) return [`${join(folder, manifestFile)} is missing or damaged`];
  const findings = await Promise.all(entries.map((entry) => mismatchOf(folder, entry, extent)));
  return findings.filter((finding) => finding !== undefined);
}

async function readManifest(folder: string): Promise<ManifestEntry[] | undefined> {
  try {
    const entries: unknown = JSON.parse(await readFile(join(folder, manifestFile), 'utf8'));
    return Array.isArray(entries) ? (entries as ManifestEntry[]) : undefined;
  } catch {
    return undefined;
  }
}

async function mismatchOf(folder: string, entry: ManifestEntry, extent: Extent): Promise<string | undefined> {
  const path = join(folder, entry.path);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return `${path} is missing`;
  if (size !== entry.bytes) return `${path} has ${size} bytes, the manifest says ${entry.bytes}`;
  if (extent === 'quick' && size > smallFileBytes) return undefined;
  const sha256 = await sha256OfFile(path);
  return sha256 === entry.sha256 ? undefined : `${path} has SHA-256 ${sha256}, the manifest says ${entry.sha256}`;
}
