import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FilesObjectStore } from '@collimator/object-store-files';
import { RunStore } from '@collimator/runs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coordinatorPid, isAlive } from './fixtures/processes.ts';
import { NodeProcess } from './node-process.ts';

const script = { steps: 100_000, stepMs: 20 };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-orphans-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function launcher() {
  const started = new NodeProcess({
    file: fileURLToPath(new URL('./fixtures/test-launcher.ts', import.meta.url)),
    args: [folder],
    env: { ...process.env, COLLIMATOR_TEST_WORKER: JSON.stringify(script) },
  });
  const line = await started.firstLine();
  if (line === undefined) return expect.fail(started.stderrTail(20).join('\n'));
  const { run, workers } = JSON.parse(line) as { readonly run: string; readonly workers: readonly number[] };
  const runs = new RunStore(new FilesObjectStore(folder));
  return { started, run, runs, pids: [...workers, await coordinatorPid(runs, run)] };
}

async function allGoneWithin(pids: readonly number[], ms: number): Promise<number> {
  const startMs = Date.now();
  while (pids.some(isAlive)) {
    if (Date.now() - startMs > ms) return expect.fail(`still running: ${pids.filter(isAlive).join(', ')}`);
    await delay(50);
  }
  return Date.now() - startMs;
}

describe('no process of a run is left behind', () => {
  it('on Ctrl-C, within 5 s', async () => {
    const { started, pids, run, runs } = await launcher();
    expect(pids.every(isAlive)).toBe(true);
    process.kill(started.pid, 'SIGINT');
    await allGoneWithin([...pids, started.pid], 5_000);
    expect((await started.ended).exitCode).toBe(5);
    expect((await runs.read(run)).state).toBe('Interrupted');
  });

  it('when the process that started it is killed, within 10 s', async () => {
    const { started, pids, run, runs } = await launcher();
    process.kill(started.pid, 'SIGKILL');
    await allGoneWithin(pids, 10_000);
    expect(await runs.read(run)).toMatchObject({
      state: 'Interrupted',
      reason: 'the run was stopped: the process that started the run is gone',
    });
  });
});
