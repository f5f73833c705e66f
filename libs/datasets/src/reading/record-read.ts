import { CollimatorError } from '@collimator/errors';
import { type ObjectStore } from '@collimator/object-store';
import { type DatasetIndex } from '../index/dataset-index.ts';
import { datasetPrefix } from '../index/dataset-keys.ts';

/** Who reads the test split, when, for which run. */
export interface TestRead {
  /** The user's login name. */
  readonly who: string;
  /** UTC, ISO 8601; one moment for all workers of an evaluation. */
  readonly at: string;
  readonly run: string;
}

/** A test read as it is kept with the data set, for ever. */
export interface RecordedRead extends TestRead {
  readonly formatVersion: 1;
  readonly datasetSha256: string;
}

/** Writes down that a run reads the test split, before it does. The same read may be recorded by each worker: it is one record. */
export async function recordTestRead(store: ObjectStore, index: DatasetIndex, read: TestRead): Promise<void> {
  const record: RecordedRead = { formatVersion: 1, ...read, datasetSha256: index.sha256 };
  const key = `${readsPrefix(index.name)}${read.at.replace(/[:.]/g, '-')}-${read.run}.json`;
  try {
    await store.put(key, new TextEncoder().encode(`${JSON.stringify(record)}\n`), { kind: 'absent' });
  } catch (error) {
    if (!(error instanceof CollimatorError) || error.code !== 'object_exists') throw error;
  }
}

/** All recorded reads of a data set's test split, oldest first. */
export async function listTestReads(store: ObjectStore, name: string): Promise<RecordedRead[]> {
  const reads: RecordedRead[] = [];
  for await (const { key } of store.list(readsPrefix(name))) {
    reads.push(JSON.parse(new TextDecoder().decode(await store.get(key))) as RecordedRead);
  }
  return reads;
}

function readsPrefix(name: string): string {
  return `${datasetPrefix(name)}reads/`;
}
