import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CollimatorError } from '@collimator/errors';

/** Who holds a lock; `started` tells a process from a later one that was given the same id. */
export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  readonly started: string;
  readonly token: string;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told once, when somebody else holds the lock. */
  readonly onWait?: (owner: LockOwner) => void;
}

const pollMs = 200;
const heartbeatMs = 2_000;
/** A holder on another machine, or in another container, is judged by its heartbeat alone. */
const silenceMs = 30_000;

/** Clock ticks between boot and a process's start, or `''` where there is no such process or only its corpse. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/**
 * Runs `work` while holding a lock that only one process of all that share the folder can hold. The lock is a folder
 * with the owner in it, made and removed by one rename each; one whose owner is dead is taken over. Throws `interrupted` when aborted.
 */
export async function withLock<T>(lock: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const owner = await acquire(lock, options);
  const heartbeat = setInterval(() => {
    void utimes(join(lock, 'owner.json'), new Date(), new Date()).catch(() => undefined);
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await removeLockOf(owner, lock);
  }
}

async function acquire(lock: string, { signal, onWait }: LockOptions): Promise<LockOwner> {
  const owner = { host: hostname(), pid: process.pid, started: startOf(process.pid), token: randomUUID() };
  for (let waited = false; ;) {
    if (await tryToTake(lock, owner)) return owner;
    const holder = await readOwner(lock);
    if (holder !== undefined && (await isDead(lock, holder))) {
      await takeAway(lock, holder);
      continue;
    }
    if (holder !== undefined && !waited) onWait?.(holder);
    waited ||= holder !== undefined;
    await sleep(pollMs, undefined, { signal }).catch((cause: unknown) => {
      throw new CollimatorError('interrupted', 'waiting for another engine set-up was interrupted', { cause });
    });
  }
}

/** Renaming onto a folder that is not empty fails, so that exactly one process succeeds. */
async function tryToTake(lock: string, owner: LockOwner): Promise<boolean> {
  const own = `${lock}.${owner.token}`;
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'owner.json'), JSON.stringify(owner));
  try {
    await rename(own, lock);
    return true;
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(lock: string): Promise<LockOwner | undefined> {
  try {
    return JSON.parse(await readFile(join(lock, 'owner.json'), 'utf8')) as LockOwner;
  } catch {
    return undefined;
  }
}

/** One rename as well: a lock that lost its files first could be taken by another process before it is gone. */
async function removeLockOf(owner: LockOwner, lock: string): Promise<void> {
  if ((await readOwner(lock))?.token !== owner.token) return;
  const away = `${lock}.${owner.token}`;
  await rename(lock, away);
  await rm(away, { recursive: true, force: true });
}

async function isDead(lock: string, holder: LockOwner): Promise<boolean> {
  if (holder.host === hostname()) return startOf(holder.pid) !== holder.started;
  const beat = await stat(join(lock, 'owner.json')).catch(() => undefined);
  return beat !== undefined && Date.now() - beat.mtimeMs > silenceMs;
}

/**
 * Removes a dead holder's lock. Two processes may see the same dead holder: only the one that makes the marker folder
 * removes, and it looks again first, so that the lock of a new holder is never taken away.
 */
async function takeAway(lock: string, holder: LockOwner): Promise<void> {
  const marker = `${lock}.takeover`;
  try {
    await mkdir(marker);
  } catch {
    const age = await stat(marker)
      .then(({ mtimeMs }) => Date.now() - mtimeMs)
      .catch(() => 0);
    if (age > silenceMs) await rmdir(marker).catch(() => undefined);
    await sleep(pollMs);
    return;
  }
  try {
    await removeLockOf(holder, lock);
  } finally {
    await rmdir(marker);
  }
}
