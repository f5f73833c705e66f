import { CollimatorError, type Problem } from '@collimator/errors';
import { type ObjectStore } from '@collimator/object-store';
import { type DatasetIndex } from '../index/dataset-index.ts';
import { readShard } from '../reading/read-shard.ts';
import { type Sha256 } from '../sha256.ts';

export interface VerifyProgress {
  readonly shards: number;
  readonly totalShards: number;
}

/**
 * Reads every shard and compares its hash with the index.
 *
 * @throws CollimatorError `dataset_corrupt`, naming all shards that are damaged or missing.
 */
export async function verifyDataset(
  store: ObjectStore,
  index: DatasetIndex,
  sha256: Sha256,
  onProgress?: (progress: VerifyProgress) => void,
): Promise<void> {
  const problems: Problem[] = [];
  const { shards } = index.content;
  for (const [place, shard] of shards.entries()) {
    try {
      await readShard(store, index.name, shard, sha256);
    } catch (error) {
      if (!(error instanceof CollimatorError) || error.code !== 'dataset_corrupt') throw error;
      problems.push({ field: shard.file, message: error.message });
    }
    onProgress?.({ shards: place + 1, totalShards: shards.length });
  }
  if (problems.length === 0) return;
  throw new CollimatorError(
    'dataset_corrupt',
    `data set "${index.name}" has ${problems.length} damaged of ${shards.length} shards`,
    {
      next: `Delete datasets/${index.name} in the store and import the original file again (SHA-256 ${index.card.provenance.sha256}).`,
      problems,
    },
  );
}
