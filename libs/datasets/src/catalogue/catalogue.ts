import { CollimatorError } from '@collimator/errors';
import { nearestName } from '@collimator/job';
import { checkStoreFormat, type ObjectStore } from '@collimator/object-store';
import { type DatasetIndex } from '../index/dataset-index.ts';
import { checkDatasetName, datasetsPrefix, indexKey } from '../index/dataset-keys.ts';
import { parseIndex } from '../index/index-file.ts';
import { type Sha256 } from '../sha256.ts';

/**
 * The index of a data set, checked against its own hash. Shards are checked when they are first read.
 *
 * @throws CollimatorError `dataset_missing` with the nearest name and the command that imports, `format_version`, `dataset_corrupt`,
 *   `usage` (name), and the store's errors.
 */
export async function openDataset(store: ObjectStore, name: string, sha256: Sha256): Promise<DatasetIndex> {
  checkDatasetName(name);
  await checkStoreFormat(store);
  if ((await store.head(indexKey(name))) === undefined) throw await datasetMissing(store, name);
  return parseIndex(await store.get(indexKey(name)), name, sha256);
}

/** The names of all data sets of a store, sorted. */
export async function listDatasetNames(store: ObjectStore): Promise<string[]> {
  await checkStoreFormat(store);
  const names: string[] = [];
  for await (const { key } of store.list(datasetsPrefix)) {
    const name = /^datasets\/([^/]+)\/index\.json$/.exec(key)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names.sort();
}

async function datasetMissing(store: ObjectStore, name: string): Promise<CollimatorError> {
  const names = await listDatasetNames(store);
  const nearest = nearestName(name, names);
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return new CollimatorError('dataset_missing', `store ${store.location} has no data set "${name}"; ${known}${meant}`, {
    next: `Import it: collimator datasets import FILE.npz --name ${name}`,
  });
}
