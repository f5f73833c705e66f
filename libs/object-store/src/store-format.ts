import { CollimatorError } from '@collimator/errors';
import { type ObjectStore } from './object-store.ts';

/** The version of the store's layout that this build reads and writes. */
export const storeFormatVersion = 1;

const markerKey = 'collimator.json';

/**
 * Refuses a store that another format version wrote. A store without a marker is new and passes.
 *
 * @throws CollimatorError `format_version`, naming both versions.
 */
export async function checkStoreFormat(store: ObjectStore): Promise<void> {
  const marker = await store.head(markerKey);
  if (marker === undefined) return;
  const actual = formatVersionOf(await store.get(markerKey));
  if (actual === storeFormatVersion) return;
  throw new CollimatorError(
    'format_version',
    `store ${store.location} has format version ${String(actual)}, this build reads ${storeFormatVersion}`,
    {
      next: 'Use the Collimator version that wrote the store, or another store (--store).',
    },
  );
}

/** Like {@link checkStoreFormat}, and marks a new store: to be called before the first write. */
export async function ensureStoreFormat(store: ObjectStore): Promise<void> {
  await checkStoreFormat(store);
  if ((await store.head(markerKey)) !== undefined) return;
  const marker = new TextEncoder().encode(`${JSON.stringify({ formatVersion: storeFormatVersion })}\n`);
  try {
    await store.put(markerKey, marker, { kind: 'absent' });
  } catch (error) {
    if (!(error instanceof CollimatorError && error.code === 'object_exists')) throw error;
    await checkStoreFormat(store);
  }
}

function formatVersionOf(content: Uint8Array): unknown {
  try {
    const marker: unknown = JSON.parse(new TextDecoder().decode(content));
    return typeof marker === 'object' && marker !== null && 'formatVersion' in marker
      ? marker.formatVersion
      : undefined;
  } catch {
    return undefined;
  }
}
