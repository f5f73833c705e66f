import { CollimatorError } from '@collimator/errors';
import { type ObjectStore } from '@collimator/object-store';
import { type ShardSummary } from '../index/dataset-index.ts';
import { datasetPrefix } from '../index/dataset-keys.ts';
import { type Sha256 } from '../sha256.ts';

/**
 * Reads a whole shard and checks its hash.
 *
 * @throws CollimatorError `dataset_corrupt`, naming the shard, where it is missing or its hash is another.
 */
export async function readShard(
  store: ObjectStore,
  name: string,
  shard: ShardSummary,
  sha256: Sha256,
): Promise<Uint8Array> {
  const content = await store.get(datasetPrefix(name) + shard.file).catch((error: unknown) => {
    const missing = error instanceof CollimatorError && error.code === 'object_missing';
    throw missing ? corruptShard(name, shard, 'it is missing', error) : error;
  });
  const actual = sha256(content);
  if (actual === shard.sha256) return content;
  throw corruptShard(
    name,
    shard,
    `its ${content.length} bytes hash to ${actual}, the index states ${shard.bytes} bytes and ${shard.sha256}`,
  );
}

function corruptShard(name: string, shard: ShardSummary, what: string, cause?: unknown): CollimatorError {
  return new CollimatorError(
    'dataset_corrupt',
    `shard ${shard.file} of data set "${name}" (${shard.split} samples ${shard.firstSample} to ${shard.firstSample + shard.samples - 1}) is damaged: ${what}`,
    {
      next: `Run "collimator datasets verify ${name}" for all damage, then delete datasets/${name} in the store and import the original file again.`,
      cause,
    },
  );
}
