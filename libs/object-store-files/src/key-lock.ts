import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CollimatorError } from '@collimator/errors';
import { errnoOf } from './file-errors.ts';

const retryMs = 2;
const longestWaitMs = 30_000;

/**
 * Runs an action while no other process of this machine holds the same name.
 *
 * The lock is a listening socket in Linux' abstract namespace: only one process can have a name, and the kernel frees it when the
 * process ends, however it ends, so that there are no stale locks. It does not reach over machines or network namespaces.
 *
 * @throws CollimatorError `store_unreachable` where another process holds the lock for 30 s.
 */
export async function withKeyLock<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  const server = await acquire(name);
  try {
    return await action();
  } finally {
    await new Promise<void>((resolve) =>
      server.close(() => {
        resolve();
      }),
    );
  }
}

async function acquire(name: string): Promise<Server> {
  const path = `\0collimator-${createHash('sha256').update(name).digest('hex')}`;
  for (let waitedMs = 0; waitedMs < longestWaitMs; waitedMs += retryMs) {
    const server = await listen(path);
    if (server !== undefined) return server;
    await sleep(retryMs);
  }
  throw new CollimatorError(
    'store_unreachable',
    `another process has held the lock of "${name}" for ${longestWaitMs / 1000} s`,
    {
      next: 'Look for a stopped collimator process of this store and end it.',
    },
  );
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if (errnoOf(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path, exclusive: true }, () => {
      resolve(server);
    });
  });
}
