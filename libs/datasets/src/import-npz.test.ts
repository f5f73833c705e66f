import { createHash } from 'node:crypto';
import { CollimatorError } from '@collimator/errors';
import { MemoryObjectStore, type ObjectStore } from '@collimator/object-store';
import { npzFile, smallDataset } from '@collimator/testkit';
import { parseTar } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { importNpz, type ImportOptions } from './import-npz.ts';
import { parseNpy } from './npz/npy.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

function options(store: ObjectStore, more: Partial<ImportOptions> = {}): ImportOptions {
  return { name: 'small', store, sha256, now: () => new Date('2026-01-02T03:04:05Z'), ...more };
}

/** The same store, whose puts fail after the first ones. */
function failingAfter(puts: number, store: MemoryObjectStore, error: Error): ObjectStore {
  let left = puts;
  return {
    location: store.location,
    put: (...call) => (left-- > 0 ? store.put(...call) : Promise.reject(error)),
    get: (key) => store.get(key),
    getRange: (...call) => store.getRange(...call),
    head: (key) => store.head(key),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key),
  };
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

describe('importNpz', () => {
  it('writes an index that says what there is', async () => {
    const store = new MemoryObjectStore();
    const file = npzFile(smallDataset());
    const index = await importNpz(
      file,
      options(store, { source: 'small.npz', modality: 'X-ray', licence: 'CC0-1.0', classes: ['normal', 'ill'] }),
    );
    expect(index).toMatchObject({
      formatVersion: 1,
      name: 'small',
      importedAt: '2026-01-02T03:04:05.000Z',
      content: {
        image: { shape: [3, 4, 1], dtype: 'u1' },
        label: { kind: 'class', classes: ['normal', 'ill'] },
        splits: {
          train: { samples: 10, classCounts: [5, 5] },
          val: { samples: 5, classCounts: [3, 2] },
          test: { samples: 6, classCounts: [3, 3] },
        },
      },
      card: {
        ...{ modality: 'X-ray', licence: 'CC0-1.0', splitsByPatient: 'unknown', facesRemoved: false, notes: [] },
        provenance: { source: 'small.npz', bytes: file.length, sha256: sha256(file) },
      },
    });
    expect(JSON.parse(new TextDecoder().decode(await store.get('datasets/small/index.json')))).toEqual(index);
    expect(JSON.parse(new TextDecoder().decode(await store.get('collimator.json')))).toEqual({ formatVersion: 1 });
  });

  it('writes tars of bounded size that another reader understands', async () => {
    const store = new MemoryObjectStore();
    const { content } = await importNpz(npzFile(smallDataset()), options(store, { shardBytes: 13_312 }));
    expect(content.shards.map(({ split, firstSample, samples }) => `${split} ${firstSample} ${samples}`)).toEqual([
      ...['train 0 4', 'train 4 4', 'train 8 2', 'val 0 4', 'val 4 1', 'test 0 4', 'test 4 2'],
    ]);
    for (const shard of content.shards) {
      const tar = await store.get(`datasets/small/${shard.file}`);
      expect(tar.length).toBe(shard.bytes);
      expect(tar.length).toBeLessThanOrEqual(13_312);
      expect(sha256(tar)).toBe(shard.sha256);
    }
    const entries = parseTar(await store.get(`datasets/small/${content.shards[1]?.file ?? ''}`));
    expect(entries.slice(0, 4).map(({ name }) => name)).toEqual([
      ...[
        'train-00000004.image.npy',
        'train-00000004.label.npy',
        'train-00000004.meta.json',
        'train-00000005.image.npy',
      ],
    ]);
    const [image, label, meta] = entries.map(({ data }) => data ?? new Uint8Array(0));
    expect(parseNpy(image ?? new Uint8Array(0))).toEqual({
      ...{ shape: [3, 4, 1], dtype: 'u1' },
      values: Uint8Array.from({ length: 12 }, (_, place) => ((48 + place) * 7) % 256),
    });
    expect(parseNpy(label ?? new Uint8Array(0))).toEqual({ shape: [], dtype: 'i4', values: Int32Array.of(0) });
    expect(JSON.parse(new TextDecoder().decode(meta))).toEqual({});
  });

  it('gives the same file the same hash and the same bytes, whatever name and time', async () => {
    const [first, second] = [new MemoryObjectStore(), new MemoryObjectStore()];
    const a = await importNpz(npzFile(smallDataset()), options(first));
    const b = await importNpz(npzFile(smallDataset()), options(second, { name: 'other', now: () => new Date(0) }));
    expect(b.sha256).toBe(a.sha256);
    expect(a.sha256).toBe('5dfa3fdbdd930321ff5296184610e7ef85afaf38565d1af37d3460525bca928f');
  });

  it('fits the normalisation on the training split alone', async () => {
    const arrays = smallDataset();
    const a = await importNpz(npzFile(arrays), options(new MemoryObjectStore()));
    for (const split of ['val', 'test']) arrays[`${split}_images`]?.data.fill(200);
    const b = await importNpz(npzFile(arrays), options(new MemoryObjectStore()));
    expect(b.content.normalisation).toEqual(a.content.normalisation);
    const pixels = Array.from(arrays.train_images?.data ?? [], (value) => value / 255);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    const variance = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length;
    expect(a.content.normalisation.mean[0]).toBeCloseTo(mean, 12);
    expect(a.content.normalisation.standardDeviation[0]).toBeCloseTo(Math.sqrt(variance), 12);
  });

  it('reports its progress', async () => {
    const seen: string[] = [];
    await importNpz(
      npzFile(smallDataset()),
      options(new MemoryObjectStore(), {
        onProgress: ({ samples, totalSamples }) => seen.push(`${samples}/${totalSamples}`),
      }),
    );
    expect(seen).toEqual(['10/21', '15/21', '21/21']);
  });

  it('refuses a name that is taken, and leaves what is there', async () => {
    const store = new MemoryObjectStore();
    await importNpz(npzFile(smallDataset()), options(store));
    const before = await store.head('datasets/small/index.json');
    await expect(importNpz(npzFile(smallDataset()), options(store))).rejects.toMatchObject({
      code: 'dataset_exists',
      message: 'store memory:memory already has a data set "small"',
      next: 'Choose another --name, or use the data set that is there (datasets show).',
    });
    expect(await store.head('datasets/small/index.json')).toEqual(before);
  });

  it.each(['', '../x', 'a/b', '.hidden', 'x'.repeat(61), 'röntgen'])('refuses the name %j', async (name) => {
    await expect(importNpz(npzFile(smallDataset()), options(new MemoryObjectStore(), { name }))).rejects.toMatchObject({
      code: 'usage',
    });
  });

  /** Puts of the marker of the store's format, of three shards and of the index. */
  it.each([0, 1, 2, 3, 4])(
    'that fails after %i puts leaves no data set and no shards, and can be repeated',
    async (n) => {
      const store = new MemoryObjectStore();
      const full = new CollimatorError('store_full', 'no space is left');
      await expect(importNpz(npzFile(smallDataset()), options(failingAfter(n, store, full)))).rejects.toBe(full);
      expect(await keysOf(store, 'datasets/')).toEqual([]);
      const index = await importNpz(npzFile(smallDataset()), options(store));
      expect(index.content.shards).toHaveLength(3);
    },
  );

  it('that cannot take its shards back fails with what went wrong first', async () => {
    const store = new MemoryObjectStore();
    const failing = failingAfter(2, store, new Error('cut off'));
    failing.delete = () => Promise.reject(new Error('still cut off'));
    await expect(importNpz(npzFile(smallDataset()), options(failing))).rejects.toThrow(/^cut off$/);
  });

  it('leaves the shards of another import of the same file that was faster', async () => {
    const store = new MemoryObjectStore();
    const late = npzFile(smallDataset());
    const race = options(store, {
      onProgress: ({ samples, totalSamples }) => {
        if (samples === totalSamples) void store.put('datasets/small/index.json', new Uint8Array(1));
      },
    });
    await expect(importNpz(late, race)).rejects.toMatchObject({ code: 'dataset_exists' });
    expect(await keysOf(store, 'datasets/small/shards/')).toHaveLength(3);
  });

  it('refuses a store of another format version', async () => {
    const store = new MemoryObjectStore();
    await store.put('collimator.json', new TextEncoder().encode('{"formatVersion": 9}'));
    await expect(importNpz(npzFile(smallDataset()), options(store))).rejects.toMatchObject({
      code: 'format_version',
      message: 'store memory:memory has format version 9, this build reads 1',
    });
  });
});
