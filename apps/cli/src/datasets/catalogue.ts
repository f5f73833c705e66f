import { type DatasetIndex, listDatasetNames, openDataset } from '@collimator/datasets';
import { CollimatorError, describeUnknown, type ErrorCode, type ErrorReport } from '@collimator/errors';
import type { ObjectStore } from '@collimator/object-store';
import { sha256OfBytes } from '../sha256.ts';

/** The data sets of a store, by name. */
export interface Catalogue {
  readonly datasets: readonly DatasetIndex[];
  /** Those that this version cannot read, each with why. */
  readonly unreadable: readonly UnreadableDataset[];
}

export interface UnreadableDataset {
  readonly name: string;
  readonly error: ErrorReport;
}

/** What is wrong with one data set, and says nothing of the others. */
const ownFaults: readonly ErrorCode[] = ['format_version', 'dataset_corrupt', 'dataset_missing'];

/**
 * Opens every data set of a store; one that cannot be read does not hide the others.
 * @throws CollimatorError the store's codes
 */
export async function readCatalogue(store: ObjectStore): Promise<Catalogue> {
  const names = await listDatasetNames(store);
  const read = await Promise.all(names.map((name) => readOne(store, name)));
  return {
    datasets: read.flatMap(({ dataset }) => dataset ?? []),
    unreadable: read.flatMap(({ unreadable }) => unreadable ?? []),
  };
}

async function readOne(
  store: ObjectStore,
  name: string,
): Promise<{ readonly dataset?: DatasetIndex; readonly unreadable?: UnreadableDataset }> {
  try {
    return { dataset: await openDataset(store, name, sha256OfBytes) };
  } catch (thrown) {
    if (!(thrown instanceof CollimatorError) || !ownFaults.includes(thrown.code)) throw thrown;
    return { unreadable: { name, error: describeUnknown(thrown) } };
  }
}
