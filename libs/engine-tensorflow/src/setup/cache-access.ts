import { CollimatorError } from '@collimator/errors';

import type { CacheFolder } from './cache-folder.ts';
import { explainFailure } from './file-failure.ts';
import type { InstallOptions } from './install-engine.ts';
import { withLock } from './set-up-lock.ts';

/**
 * Runs work that changes the cache, in one process at a time. A process that waits says for whom. Throws `engine_failed`
 * where the cache cannot be written, `interrupted`, and what the work throws.
 */
export async function changeCache<T>(
  cache: CacheFolder,
  { progress, signal }: InstallOptions,
  work: () => Promise<T>,
): Promise<T> {
  const sayWaiting = ({ pid, host }: { pid: number; host: string }): void => {
    const message = `process ${pid} on ${host} is setting up the engine`;
    progress?.({ phase: 'wait', message, bytesDone: 0, bytesTotal: 0 });
  };
  try {
    return await withLock(cache.lock, { signal, onWait: sayWaiting }, () => withCleanWorkplace(cache, work));
  } catch (thrown) {
    throw explain(cache, thrown, signal);
  }
}

/** What a killed process left is removed before, what a failed one leaves after. */
async function withCleanWorkplace<T>(cache: CacheFolder, work: () => Promise<T>): Promise<T> {
  await cache.clearPartial();
  try {
    return await work();
  } finally {
    await cache.clearPartial();
  }
}

function explain(cache: CacheFolder, thrown: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted && !(thrown instanceof CollimatorError))
    return new CollimatorError('interrupted', 'the engine set-up was interrupted', { cause: thrown });
  const next = 'make room or mend its permissions, or set COLLIMATOR_ENGINE_CACHE to another folder';
  return explainFailure(thrown, `the engine cache ${cache.root} cannot be written`, next);
}
