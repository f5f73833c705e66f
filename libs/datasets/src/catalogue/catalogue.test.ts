import { createHash } from 'node:crypto';
import { MemoryObjectStore } from '@collimator/object-store';
import { npzFile, smallDataset } from '@collimator/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { importNpz } from '../import-npz.ts';
import { type DatasetIndex } from '../index/dataset-index.ts';
import { listTestReads, recordTestRead } from '../reading/record-read.ts';
import { listDatasetNames, openDataset } from './catalogue.ts';
import { verifyDataset } from './verify.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

let store: MemoryObjectStore;
let index: DatasetIndex;

beforeEach(async () => {
  store = new MemoryObjectStore();
  index = await importNpz(npzFile(smallDataset()), {
    name: 'small',
    store,
    sha256,
    now: () => new Date(0),
    shardBytes: 13_312,
  });
});

describe('openDataset', () => {
  it('gives the index', async () => {
    expect(await openDataset(store, 'small', sha256)).toEqual(index);
  });

  it('names the nearest data set and the command that imports', async () => {
    await expect(openDataset(store, 'smal', sha256)).rejects.toMatchObject({
      code: 'dataset_missing',
      message: 'store memory:memory has no data set "smal"; it has small; did you mean "small"?',
      next: 'Import it: collimator datasets import FILE.npz --name smal',
    });
    await expect(openDataset(new MemoryObjectStore(), 'pneumoniamnist', sha256)).rejects.toMatchObject({
      message: 'store memory:memory has no data set "pneumoniamnist"; it has none',
    });
  });

  it('refuses another format version, naming both', async () => {
    await store.put('datasets/small/index.json', text(JSON.stringify({ ...index, formatVersion: 2 })));
    await expect(openDataset(store, 'small', sha256)).rejects.toMatchObject({
      code: 'format_version',
      message: 'data set "small" has format version 2, this build reads 1',
      next: 'Import the original file again, or use the Collimator version that wrote it.',
    });
  });

  it.each([
    { what: 'cut off', damage: (file: string) => file.slice(0, 100), message: 'it is not JSON' },
    {
      what: 'changed',
      damage: (file: string) => file.replace('"samples": 10', '"samples": 11'),
      message: 'its content hashes to',
    },
    { what: 'another thing', damage: () => '7', message: 'it is not a JSON object' },
    { what: 'without content', damage: () => '{"formatVersion": 1}', message: 'its content hashes to nothing' },
  ])('refuses an index that is $what', async ({ damage, message }) => {
    const file = new TextDecoder().decode(await store.get('datasets/small/index.json'));
    await store.put('datasets/small/index.json', text(damage(file)));
    await expect(openDataset(store, 'small', sha256)).rejects.toMatchObject({
      code: 'dataset_corrupt',
      message: expect.stringContaining(message) as string,
      next: 'Delete datasets/small in the store and import the original file again.',
    });
  });
});

describe('listing', () => {
  it('finds the data sets that have an index, by name', async () => {
    await importNpz(npzFile(smallDataset()), { name: 'another', store, sha256, now: () => new Date(0) });
    await store.put('datasets/half/shards/000000-abc.tar', text('unfinished'));
    expect(await listDatasetNames(store)).toEqual(['another', 'small']);
  });
});

describe('verifyDataset', () => {
  it('passes what is whole and reports its progress', async () => {
    const seen: number[] = [];
    await verifyDataset(store, index, sha256, ({ shards }) => seen.push(shards));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('names every shard that is damaged or missing', async () => {
    const [first, second] = index.content.shards;
    const key = `datasets/small/${first?.file ?? ''}`;
    const tar = await store.get(key);
    tar[700] = (tar[700] ?? 0) ^ 1;
    await store.put(key, tar);
    await store.delete(`datasets/small/${second?.file ?? ''}`);
    await expect(verifyDataset(store, index, sha256)).rejects.toMatchObject({
      code: 'dataset_corrupt',
      message: 'data set "small" has 2 damaged of 7 shards',
      next: `Delete datasets/small in the store and import the original file again (SHA-256 ${index.card.provenance.sha256}).`,
      problems: [
        {
          field: first?.file,
          message: `shard ${first?.file ?? ''} of data set "small" (train samples 0 to 3) is damaged: its ${tar.length} bytes hash to ${sha256(tar)}, the index states ${tar.length} bytes and ${first?.sha256 ?? ''}`,
        },
        {
          field: second?.file,
          message: `shard ${second?.file ?? ''} of data set "small" (train samples 4 to 7) is damaged: it is missing`,
        },
      ],
    });
  });
});

describe('recordTestRead', () => {
  it('keeps who read the test split, when and for which run, with the version of the data', async () => {
    const reads = [
      { who: 'ada', at: '2026-01-02T03:04:05.000Z', run: 'pneumonia-20260102-030405-abcd' },
      { who: 'kai', at: '2026-01-03T00:00:00.000Z', run: 'pneumonia-20260103-000000-abce' },
    ];
    for (const read of [...reads].reverse()) await recordTestRead(store, index, read);
    for (const read of reads) await recordTestRead(store, index, read);
    expect(await listTestReads(store, 'small')).toEqual(
      reads.map((read) => ({ formatVersion: 1, ...read, datasetSha256: index.sha256 })),
    );
  });
});
