import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryObjectStore } from '@collimator/object-store';
import { describe, expect, it } from 'vitest';
import { openDataset } from './catalogue/catalogue.ts';
import { verifyDataset } from './catalogue/verify.ts';
import { SampleReader } from './reading/sample-reader.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const fixtures = join(import.meta.dirname, '../fixtures');

async function storeOf(folder: string): Promise<MemoryObjectStore> {
  const store = new MemoryObjectStore(folder);
  for (const entry of readdirSync(join(fixtures, folder), { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await store.put(path.slice(join(fixtures, folder).length + 1), readFileSync(path));
  }
  return store;
}

describe.each(['format-1'])('a store that a release of %s wrote', (folder) => {
  it('is read for ever', async () => {
    const store = await storeOf(folder);
    const index = await openDataset(store, 'tiny', sha256);
    await verifyDataset(store, index, sha256);
    const reader = new SampleReader({ store, index, sha256, cacheBytes: 0 });
    expect(await reader.read('train', 1)).toEqual({ pixels: Uint8Array.of(20, 30), label: 1 });
    expect(await reader.read('val', 0)).toEqual({ pixels: Uint8Array.of(100, 101), label: 0 });
    expect(await reader.read('test', 0)).toEqual({ pixels: Uint8Array.of(200, 201), label: 1 });
  });
});
