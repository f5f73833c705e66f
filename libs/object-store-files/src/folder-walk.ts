import { type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './file-errors.ts';

/**
 * The keys of all files under a root that start with a prefix, in the order of their UTF-16 code units, one folder in memory at a time.
 * Hidden names (temporary files) are left out.
 */
export async function* walkKeys(root: string, prefix: string): AsyncGenerator<string> {
  const cut = prefix.lastIndexOf('/') + 1;
  yield* walkFolder(root, prefix.slice(0, cut), prefix);
}

async function* walkFolder(root: string, folder: string, prefix: string): AsyncGenerator<string> {
  for (const name of await sortedNames(join(root, folder))) {
    const key = folder + name;
    if (!key.startsWith(prefix.slice(0, key.length))) continue;
    if (name.endsWith('/')) yield* walkFolder(root, key, prefix);
    else if (key.startsWith(prefix)) yield key;
  }
}

/** Names in a folder, folders with their slash, so that sorting them sorts the keys. */
async function sortedNames(path: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const visible = entries.filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory()));
  return visible.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
}
