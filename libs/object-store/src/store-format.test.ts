import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from './memory-object-store.ts';
import { checkStoreFormat, ensureStoreFormat } from './store-format.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('the format of a store', () => {
  it('is written into a new store, once, however many begin at the same time', async () => {
    const store = new MemoryObjectStore();
    await checkStoreFormat(store);
    expect(await store.head('collimator.json')).toBeUndefined();
    await Promise.all([ensureStoreFormat(store), ensureStoreFormat(store)]);
    const marker = await store.head('collimator.json');
    await ensureStoreFormat(store);
    expect(await store.head('collimator.json')).toEqual(marker);
    expect(new TextDecoder().decode(await store.get('collimator.json'))).toBe('{"formatVersion":1}\n');
  });

  it.each([
    { marker: '{"formatVersion": 2}', actual: '2' },
    { marker: '{}', actual: 'undefined' },
    { marker: 'not JSON', actual: 'undefined' },
    { marker: 'null', actual: 'undefined' },
  ])('of version $actual is refused, naming both', async ({ marker, actual }) => {
    const store = new MemoryObjectStore('old');
    await store.put('collimator.json', text(marker));
    for (const check of [checkStoreFormat, ensureStoreFormat]) {
      await expect(check(store)).rejects.toMatchObject({
        code: 'format_version',
        message: `store memory:old has format version ${actual}, this build reads 1`,
        next: 'Use the Collimator version that wrote the store, or another store (--store).',
      });
    }
  });
});
