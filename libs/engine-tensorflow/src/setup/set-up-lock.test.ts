import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type LockOwner, withLock } from './set-up-lock.ts';

let folder: string;
let lock: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-lock-'));
  lock = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true }));

/** The id of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}

async function leaveLock(owner: Partial<LockOwner>): Promise<void> {
  await mkdir(lock);
  const whole = { host: hostname(), pid: process.pid, started: '1', token: 'left', ...owner };
  await writeFile(join(lock, 'owner.json'), JSON.stringify(whole));
}

/** Waits for the lock folder, then renames a folder of its own onto it as fast as it can until that succeeds, and removes it. */
const takerSource = `
  const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
  const [, lock] = process.argv;
  mkdirSync(lock + '.taker');
  writeFileSync(lock + '.taker/owner.json', '{}');
  const deadline = Date.now() + 10_000;
  while (!existsSync(lock) && Date.now() < deadline);
  console.log('trying');
  for (let taken = false; !taken && Date.now() < deadline; ) try { renameSync(lock + '.taker', lock); taken = true; } catch {}
  rmSync(lock, { recursive: true });`;

interface Taker {
  /** What it prints once it has seen the lock. */
  readonly tries: Promise<string>;
  /** Its exit code. */
  readonly ends: Promise<unknown>;
}

async function startTaker(): Promise<Taker> {
  const child = spawn(process.execPath, ['--eval', takerSource, lock], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  return {
    tries: once(child.stdout, 'data').then(([printed]) => String(printed).trim()),
    ends: once(child, 'close').then(([code]) => code as unknown),
  };
}

describe('withLock', () => {
  it('lets one in at a time, and leaves nothing behind', async () => {
    let inside = 0;
    const seen: number[] = [];
    const enter = (): Promise<void> =>
      withLock(lock, {}, async () => {
        seen.push(++inside);
        await sleep(5);
        inside--;
      });
    await Promise.all(Array.from({ length: 8 }, enter));
    expect(seen).toEqual(Array(8).fill(1));
    expect(await readdir(folder)).toEqual([]);
  });

  it('says once for whom it waits', async () => {
    const waits: LockOwner[] = [];
    await withLock(lock, {}, async () => {
      void withLock(lock, { onWait: (owner) => waits.push(owner) }, () => Promise.resolve());
      await sleep(500);
    });
    expect(waits).toMatchObject([{ pid: process.pid, host: hostname() }]);
  });

  it.each([
    { what: 'a process that has ended', owner: async () => ({ pid: await endedProcess() }) },
    { what: 'a process whose id was given to another', owner: () => Promise.resolve({ started: 'earlier' }) },
  ])('takes over at once from $what', async ({ owner }) => {
    await leaveLock(await owner());
    const started = Date.now();
    await expect(withLock(lock, {}, () => Promise.resolve('done'))).resolves.toBe('done');
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('takes over from another machine that has been silent for long, not from one that has not', async () => {
    await leaveLock({ host: 'elsewhere' });
    const soon = AbortSignal.timeout(500);
    await expect(withLock(lock, { signal: soon }, () => Promise.resolve())).rejects.toMatchObject({
      code: 'interrupted',
    });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(lock, 'owner.json'), longAgo, longAgo);
    await expect(withLock(lock, {}, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('lets one in at a time when many find the same dead owner', async () => {
    await leaveLock({ pid: await endedProcess() });
    let inside = 0;
    const enter = (): Promise<number> =>
      withLock(lock, {}, async () => {
        const together = ++inside;
        await sleep(5);
        inside--;
        return together;
      });
    expect(await Promise.all(Array.from({ length: 8 }, enter))).toEqual(Array(8).fill(1));
  });

  it('is given back whole while another process takes it without a pause', async () => {
    for (let round = 0; round < 5; round++) {
      const taker = await startTaker();
      await expect(withLock(lock, {}, () => taker.tries)).resolves.toBe('trying');
      expect(await taker.ends).toBe(0);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(lock, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });
});
