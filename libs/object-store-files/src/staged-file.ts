import { randomUUID } from 'node:crypto';
import { type BigIntStats } from 'node:fs';
import { link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';

const fileMode = 0o600;
const abandonedAfterMs = 3_600_000;

/** Where content is written before it gets its name; a name that no key can have. */
const stagingFolder = '.staging';

/** A durable file that has no name in the store yet. */
export interface StagedFile {
  readonly path: string;
  readonly found: BigIntStats;
}

/**
 * Writes content to the disk under a temporary name.
 *
 * @param newerThan the file that it will replace: its modification time stays behind the new one's, so that versions differ.
 * @returns the durable file, still under its temporary name.
 */
export async function stage(root: string, content: Uint8Array, newerThan?: BigIntStats): Promise<StagedFile> {
  await makeFolder(join(root, stagingFolder));
  const path = join(root, stagingFolder, randomUUID());
  try {
    return { path, found: await writeDurably(path, content, newerThan) };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function writeDurably(
  path: string,
  content: Uint8Array,
  newerThan: BigIntStats | undefined,
): Promise<BigIntStats> {
  const file = await open(path, 'wx', fileMode);
  try {
    await file.writeFile(content);
    await keepAhead(file, newerThan);
    await file.sync();
    return await file.stat({ bigint: true });
  } finally {
    await file.close();
  }
}

async function keepAhead(file: Awaited<ReturnType<typeof open>>, previous: BigIntStats | undefined): Promise<void> {
  if (previous === undefined) return;
  const { mtimeNs } = await file.stat({ bigint: true });
  if (mtimeNs > previous.mtimeNs) return;
  const nextSeconds = Number(previous.mtimeNs / 1000n + 2n) / 1e6;
  await file.utimes(nextSeconds, nextSeconds);
}

/** Gives a staged file its name in place of what was there. */
export async function replaceWith(staged: StagedFile, target: string): Promise<void> {
  await makeFolder(dirname(target));
  await rename(staged.path, target);
  await syncFolder(dirname(target));
}

/** Gives a staged file its name; fails with `EEXIST` where the name is taken (link(2) is atomic). */
export async function linkAs(staged: StagedFile, target: string): Promise<void> {
  await makeFolder(dirname(target));
  await link(staged.path, target);
  await syncFolder(dirname(target));
}

/** Removes a staged file, if it still has its temporary name. */
export async function discard(staged: StagedFile): Promise<void> {
  await rm(staged.path, { force: true });
}

/** Removes what processes that died left behind. */
export async function discardAbandoned(root: string, now: number): Promise<void> {
  const folder = join(root, stagingFolder);
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const modified = await stat(path).then(
      (found) => found.mtimeMs,
      () => now,
    );
    if (now - modified > abandonedAfterMs) await rm(path, { force: true });
  }
}

/** Makes a rename durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What is known of a file, or nothing where no file is. */
export async function statFile(path: string): Promise<BigIntStats | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isFile() ? found : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
