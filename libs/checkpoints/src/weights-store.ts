import { CollimatorError } from '@collimator/errors';
import { type ObjectStore } from '@collimator/object-store';
import { decodeWeights, encodeWeights, type Weights } from './weights.ts';

/** SHA-256 of bytes as lower-case hexadecimal digits. */
export type Sha256 = (bytes: Uint8Array) => string;

/** Writes a weight file and returns its SHA-256. Errors: those of the store. */
export async function saveWeights(store: ObjectStore, key: string, weights: Weights, sha256: Sha256): Promise<string> {
  const bytes = encodeWeights(weights);
  await store.put(key, bytes);
  return sha256(bytes);
}

/**
 * Reads a weight file and compares its hash with the one on record.
 * @throws CollimatorError `object_missing`, `weights_corrupt`, `format_version`
 */
export async function loadWeights(
  store: ObjectStore,
  key: string,
  expectedSha256: string,
  sha256: Sha256,
): Promise<Weights> {
  const bytes = await store.get(key);
  const actual = sha256(bytes);
  if (actual === expectedSha256) return decodeWeights(bytes, key);
  throw new CollimatorError(
    'weights_corrupt',
    `${key} in ${store.location} has SHA-256 ${actual}, its run recorded ${expectedSha256}`,
    {
      next: 'The file was changed after the run wrote it; take another step of the run, or train again.',
    },
  );
}
