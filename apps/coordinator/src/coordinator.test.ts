import { type MessageInitShape, create } from '@bufbuild/protobuf';
import { CollimatorError } from '@collimator/errors';
import { jobFromJson } from '@collimator/job';
import { MemoryObjectStore, type ObjectInfo } from '@collimator/object-store';
import {
  CoordinatorService,
  type RunEvent,
  RunState,
  StopKind,
  WorkerMessageSchema,
  protocolVersion,
} from '@collimator/protocol';
import { LogWriter, MetricsWriter, RunStore, newRunRecord, readLogs } from '@collimator/runs';
import { type Connection, type ServicesServer, connect, serveServices } from '@collimator/transport-grpc';
import { afterEach, describe, expect, it } from 'vitest';
import { coordinatorService } from './coordinator-service.ts';
import { Coordinator } from './coordinator.ts';
import { RunRecorder } from './run-recorder.ts';

const run = 'chest-20260101-120000-ab12';
const credentials = { run, token: 'secret' };
const dataset = { name: 'chest', sha256: 'ff' };
const job = jobFromJson(
  {
    apiVersion: 'collimator.dev/v1alpha1',
    kind: 'TrainingJob',
    metadata: { name: 'chest' },
    spec: { task: 'classification', data: { dataset: 'chest' }, model: { name: 'cnn' }, training: { epochs: 1 } },
  },
  'test',
);
const opened: (Connection | ServicesServer)[] = [];

afterEach(async () => {
  for (const end of opened.splice(0)) await end.close();
});

/** A store that can be made to refuse writes. */
class RefusingStore extends MemoryObjectStore {
  refuses = false;

  override put(...args: Parameters<MemoryObjectStore['put']>): Promise<ObjectInfo> {
    if (this.refuses) return Promise.reject(new CollimatorError('store_full', 'no space is left'));
    return super.put(...args);
  }
}

/** Clocks as they are, or as a test sets them. */
const realClocks = { nowMs: () => Date.now(), elapsedMs: () => performance.now() };

async function start(workers: number, clocks = realClocks) {
  const store = new RefusingStore();
  const runs = new RunStore(store);
  const now = () => new Date();
  await runs.create(
    newRunRecord({ run, job: 'chest', startedAt: now().toISOString(), dataset, jobHash: 'h', randomVersion: 1 }),
    job,
  );
  const log = await LogWriter.open(store, { run, worker: null, now });
  const recorder = new RunRecorder({ run, runs, metrics: await MetricsWriter.open(store, run), log });
  const setup = { run, job, dataset, store: store.location, workers, build: '0.1.0', ...clocks };
  const coordinator = new Coordinator(setup, recorder);
  const server = await serveServices({ host: '127.0.0.1', credentials, services: [coordinatorService(coordinator)] });
  const connection = connect(server.address, credentials);
  opened.push(connection, server);
  return { store, runs, recorder, coordinator, client: connection.client(CoordinatorService) };
}

type Client = Awaited<ReturnType<typeof start>>['client'];

function helloOf(worker: number): MessageInitShape<typeof WorkerMessageSchema> {
  const machine = { host: 'a', cpuModel: 'Xeon', cores: 2 };
  const hello = {
    worker,
    protocolVersion,
    build: '0.1.0',
    pid: 1,
    machine,
    tensorAddress: { host: '127.0.0.1', port: 1 },
  };
  return { message: { case: 'hello', value: hello } };
}

async function join(client: Client, worker: number) {
  const call = client.attach();
  const messages = call.messages[Symbol.asyncIterator]();
  await call.send(helloOf(worker));
  return {
    call,
    next: async () => ((await messages.next()) as IteratorYieldResult<{ message: unknown }>).value.message,
  };
}

describe('a coordinator over gRPC', () => {
  it('welcomes a worker with the job, the data set and the store', async () => {
    const { client, store } = await start(2);
    const worker = await join(client, 0);
    const welcome = { run, dataset, store: store.location, workers: 2, jobJson: JSON.stringify(job) };
    expect(await worker.next()).toMatchObject({ case: 'welcome', value: welcome });
  });

  it('refuses a second worker of one id and leaves the first alone', async () => {
    const { client } = await start(1);
    const first = await join(client, 0);
    await first.next();
    const second = await join(client, 0);
    expect(await second.next()).toMatchObject({
      case: 'refused',
      value: { error: { code: 'usage', message: 'worker 0 has said hello already; an id is never used again' } },
    });
    await first.call.send({ message: { case: 'probe', value: { hash: 'a1' } } });
    expect(await first.next()).toMatchObject({
      case: 'generation',
      value: { number: 1, members: [{ worker: 0, lanes: [0, 1, 2, 3, 4, 5, 6, 7] }] },
    });
  });

  it('stops once, whoever asks how often', async () => {
    const { client, runs, recorder } = await start(1);
    const worker = await join(client, 0);
    await worker.next();
    expect((await client.stopRun({ kind: StopKind.CANCEL, reason: 'not needed' })).state).toBe(RunState.CANCELLED);
    expect((await client.stopRun({ kind: StopKind.INTERRUPT, reason: 'again' })).state).toBe(RunState.CANCELLED);
    expect(await worker.next()).toMatchObject({ case: 'stop', value: { reason: 'not needed' } });
    await recorder.flush();
    expect(await runs.read(run)).toMatchObject({ state: 'Cancelled', reason: 'the run was stopped: not needed' });
  });

  it('shows a late watcher how the run ended, and ends its stream', async () => {
    const { client, coordinator } = await start(1);
    await client.stopRun({ kind: StopKind.INTERRUPT, reason: 'Ctrl-C' });
    await client.reportExit({ worker: 0, signal: 'SIGTERM' });
    await coordinator.dispersed;
    coordinator.close();
    const events: RunEvent[] = [];
    for await (const event of client.watch({}).messages) events.push(event);
    expect(events).toHaveLength(1);
    expect(events[0]?.event).toMatchObject({
      case: 'snapshot',
      value: { state: RunState.INTERRUPTED, error: { code: 'interrupted' } },
    });
  });

  it('measures how long it waits for evidence on a clock that does not jump with the wall', async () => {
    const times = { nowMs: Date.UTC(2026, 0, 1), elapsedMs: 0 };
    const { coordinator } = await start(1, { nowMs: () => times.nowMs, elapsedMs: () => times.elapsedMs });
    const session = coordinator.open();
    coordinator.hear(session, create(WorkerMessageSchema, helloOf(0)));
    coordinator.closed(session);
    times.nowMs += 3_600_000;
    coordinator.tick();
    expect(coordinator.snapshot().state).toBe(RunState.STARTING);
    times.elapsedMs += 3_000;
    times.nowMs -= 7_200_000;
    coordinator.tick();
    expect(coordinator.snapshot()).toMatchObject({ state: RunState.INTERRUPTED, error: { code: 'worker_lost' } });
  });

  it('keeps the newest report of an evaluation', async () => {
    const { client, coordinator } = await start(1);
    const worker = await join(client, 0);
    await worker.next();
    for (const low of [undefined, 0.8]) {
      const metrics = [{ name: 'auc', value: 0.9, ...(low === undefined ? {} : { low }) }];
      await worker.call.send({
        message: { case: 'evaluationReport', value: { split: 'validation', step: 3, metrics } },
      });
    }
    await worker.call.send({ message: { case: 'probe', value: { hash: 'a1' } } });
    await worker.next();
    expect(coordinator.snapshot().evaluations).toMatchObject([
      { split: 'validation', step: 3, metrics: [{ low: 0.8 }] },
    ]);
    expect((await client.getRun({})).run?.evaluations).toHaveLength(1);
  });
});

describe('a run recorder', () => {
  it('writes states in order, one by one, though they changed faster than it writes', async () => {
    const { recorder, runs } = await start(1);
    for (const state of ['Starting', 'Running', 'Finishing', 'Succeeded'] as const) recorder.change({ state });
    await recorder.flush();
    expect((await runs.read(run)).state).toBe('Succeeded');
  });

  it('keeps what a full store refuses for the next flush, and says so in the log', async () => {
    const { recorder, runs, store } = await start(1);
    store.refuses = true;
    recorder.change({ state: 'Starting', step: 3 });
    await recorder.flush();
    store.refuses = false;
    await recorder.flush();
    expect(await runs.read(run)).toMatchObject({ state: 'Starting', step: 3 });
    expect(await readLogs(store, run)).toMatchObject([
      { level: 'error', code: 'store_full', message: 'the run record could not be written: no space is left' },
    ]);
  });
});
