import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FilesObjectStore } from '@collimator/object-store-files';
import { type RunEvent, RunState, WorkerState } from '@collimator/protocol';
import { RunStore, readLogs, readMetrics } from '@collimator/runs';
import { afterEach, describe, expect, it } from 'vitest';
import { chestJob } from './fixtures/chest-job.ts';
import { coordinatorPid, isAlive } from './fixtures/processes.ts';
import type { TestWorkerScript } from './fixtures/test-worker.ts';
import { type LaunchedRun, launchRun } from './index.ts';

const testWorker = join(import.meta.dirname, 'fixtures/test-worker.ts');
const folders: string[] = [];
const launched: LaunchedRun[] = [];

afterEach(async () => {
  for (const run of launched.splice(0)) await run.stop('the test is over');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

interface Launch {
  readonly script?: Partial<TestWorkerScript>;
  readonly workers?: number;
  readonly numerics?: 'strict' | 'relaxed';
}

async function launch({ script = {}, workers = 2, numerics = 'strict' }: Launch) {
  const folder = await mkdtemp(join(tmpdir(), 'collimator-launch-'));
  folders.push(folder);
  const store = new FilesObjectStore(join(folder, 'store'));
  const whole: TestWorkerScript = { steps: 5, stepMs: 5, ...script };
  const run = await launchRun({
    job: chestJob(numerics),
    workers,
    store,
    dataset: { name: 'chest', sha256: 'ff' },
    env: { ...process.env, COLLIMATOR_TEST_WORKER: JSON.stringify(whole) },
    programs: { worker: testWorker },
  });
  launched.push(run);
  return { run, store };
}

/** Reads events until one fits; the rest is left unread. */
async function until(run: LaunchedRun, fits: (event: RunEvent) => boolean): Promise<readonly RunEvent[]> {
  const seen: RunEvent[] = [];
  for await (const event of run.events) {
    seen.push(event);
    if (fits(event)) return seen;
  }
  return expect.fail('the events ended before');
}

function completes(step: number): (event: RunEvent) => boolean {
  return ({ event }) => event.case === 'stepCompleted' && (event.value.progress?.step ?? 0) >= step;
}

function pidsOf(events: readonly RunEvent[]): Map<number, number> {
  const statuses = events.flatMap(({ event }) => (event.case === 'stepCompleted' ? event.value.workers : []));
  return new Map(statuses.map((status) => [status.worker, status.pid ?? 0]));
}

describe('a launched run', () => {
  it('succeeds with three workers, and its record says everything', async () => {
    const { run, store } = await launch({ workers: 3 });
    const events: RunEvent[] = [];
    for await (const event of run.events) events.push(event);
    const { record, error } = await run.finished;

    expect(error).toBeUndefined();
    expect(record).toMatchObject({
      run: run.run,
      job: 'chest',
      state: 'Succeeded',
      step: 5,
      steps: 5,
      weightsSha256: 'ab12',
      best: { metric: 'auc', value: 0.96, step: 5 },
      evaluations: [
        {
          split: 'test',
          step: 5,
          metrics: { auc: { value: 0.96, low: 0.94, high: 0.98 } },
          confusion: {
            counts: [
              [9, 1],
              [2, 8],
            ],
          },
        },
      ],
      numericClass: 'a1',
      device: { kind: 'cpu', name: 'Test' },
      engine: { tensorflow: '2.21.0' },
      imagesPerSecond: 6_400,
      dataWaitShare: 0.1,
    });
    expect(record.workers.map(({ id, rank, lanes }) => [id, rank, lanes])).toEqual([
      [0, 0, [0, 1, 2]],
      [1, 1, [3, 4, 5]],
      [2, 2, [6, 7]],
    ]);
    expect(events[0]?.event.case).toBe('snapshot');
    const states = events.flatMap(({ event }) => (event.case === 'stateChanged' ? [event.value.state] : []));
    expect(states).toEqual([RunState.STARTING, RunState.RUNNING, RunState.FINISHING, RunState.SUCCEEDED]);
    expect((await readMetrics(store, run.run)).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    const lines = await readLogs(store, run.run);
    expect(lines.filter(({ worker }) => worker === 2).map(({ message }) => message)).toContain('worker 2 did step 5');
    expect(lines.filter(({ worker }) => worker === null).map(({ code }) => code)).toContain('release');
  });

  it('is interrupted within 5 s of a killed worker, with its name, signal and last words', async () => {
    const { run } = await launch({ workers: 3, script: { steps: 10_000, stepMs: 10 } });
    const pids = pidsOf(await until(run, completes(3)));
    const killedMs = Date.now();
    process.kill(pids.get(1) ?? 0, 'SIGKILL');
    const { record, error } = await run.finished;

    expect(Date.now() - killedMs).toBeLessThan(5_000);
    expect(record.state).toBe('Interrupted');
    expect(error?.code).toBe('worker_lost');
    expect(error?.message).toMatch(/^worker 1 was killed by SIGKILL after step \d+\. The last lines of its stderr:\n/);
    expect(error?.message).toMatch(/\n {2}worker 1 did step \d+$/);
    expect(error?.message.split('\n').length).toBeLessThanOrEqual(21);
    expect([...pids.values()].filter(isAlive)).toEqual([]);
  });

  it('lets the other workers leave by themselves when one is lost', async () => {
    const { run, store } = await launch({ script: { steps: 10_000, stepMs: 10 } });
    const pids = pidsOf(await until(run, completes(1)));
    process.kill(pids.get(0) ?? 0, 'SIGKILL');
    await run.finished;
    const lines = await readLogs(store, run.run, { worker: 1 });
    expect(lines.some(({ message }) => message.startsWith('stopped: worker 0 was killed by SIGKILL'))).toBe(true);
  });

  it('ends within 5 s of stop, even when a worker does not obey', async () => {
    const { run } = await launch({ script: { steps: 10_000, stepMs: 10, stubborn: { 1: true } } });
    const pids = pidsOf(await until(run, completes(1)));
    const stoppedMs = Date.now();
    await run.stop('Ctrl-C');
    const { record, error } = await run.finished;
    expect(Date.now() - stoppedMs).toBeLessThan(5_000);
    expect(record).toMatchObject({ state: 'Interrupted', reason: 'the run was stopped: Ctrl-C' });
    expect(error?.code).toBe('interrupted');
    expect([...pids.values()].filter(isAlive)).toEqual([]);
  });

  it.each([
    [
      'another protocol version',
      { protocolVersion: { 1: 7 } },
      'protocol_version',
      /^worker 1 speaks protocol version 7 \(build 0\.1\.0\), this coordinator speaks version 1 \(build 0\.1\.0\)$/,
    ],
    ['a wrong token', { token: { 1: 'guess' } }, 'worker_lost', /the call carries no valid token of this run/],
    [
      'a value that is not finite',
      { nonFiniteLanes: { 1: [5] } },
      'non_finite',
      /^step 3, lane 5 \(worker 1\): the loss or a gradient is not finite$/,
    ],
    [
      'another numeric class',
      { numericClass: { 0: 'a1', 1: 'b2' } },
      'numeric_class',
      /\(Test [01], tensorflow 2\.21\.0 .*\) has numeric class (a1|b2); worker [01] on localhost \(Test [01], .*: they would not give the same bits$/,
    ],
  ] as const)('does not survive %s', async (_what, script, code, message) => {
    const { run } = await launch({ script });
    const { record, error } = await run.finished;
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(message);
    expect(record.state).toBe(code === 'worker_lost' ? 'Interrupted' : 'Failed');
    expect(record.reason).toBe(error?.message);
  });

  it('admits another numeric class under relaxed numerics, and records it', async () => {
    const { run } = await launch({ numerics: 'relaxed', script: { numericClass: { 0: 'a1', 1: 'b2' } } });
    const { record } = await run.finished;
    expect(record.state).toBe('Succeeded');
    const other = record.workers.filter(({ numericClass }) => numericClass !== undefined);
    expect(other.map(({ numericClass }) => numericClass)).toEqual([record.numericClass === 'a1' ? 'b2' : 'a1']);
  });

  it('is over when its coordinator is killed', async () => {
    const { run, store } = await launch({ script: { steps: 10_000, stepMs: 10 } });
    const pids = pidsOf(await until(run, completes(1)));
    const coordinator = await coordinatorPid(new RunStore(store), run.run);
    process.kill(coordinator, 'SIGKILL');
    const { record, error } = await run.finished;
    expect(record.state).toBe('Interrupted');
    expect(error?.message).toMatch(/^the coordinator ended before the run was over/);
    await delay(100);
    expect([...pids.values(), coordinator].filter(isAlive)).toEqual([]);
  });

  it('refuses more workers than lanes before anything starts', async () => {
    await expect(launch({ workers: 9 })).rejects.toMatchObject({
      code: 'job_invalid',
      message: '9 workers; allowed are 1 to 8, one for each lane',
    });
  });
});

describe('a new watcher', () => {
  it('sees the whole run first', async () => {
    const { run } = await launch({ script: { steps: 200, stepMs: 5 } });
    const [first] = await until(run, completes(2));
    expect(first?.event).toMatchObject({ case: 'snapshot', value: { run: run.run, job: 'chest' } });
    if (first?.event.case !== 'snapshot') return;
    expect(first.event.value.workers.map(({ state }) => state)).toEqual([WorkerState.EXPECTED, WorkerState.EXPECTED]);
  });
});
