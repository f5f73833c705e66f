import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers';
import { describeUnknown, exitCodeOf } from '@collimator/errors';
import { FilesObjectStore } from '@collimator/object-store-files';
import { LogWriter, MetricsWriter, RunStore } from '@collimator/runs';
import { serveServices } from '@collimator/transport-grpc';
import { Coordinator } from './coordinator.ts';
import { coordinatorService } from './coordinator-service.ts';
import { type CoordinatorOptions, readOptions } from './options.ts';
import { RunRecorder } from './run-recorder.ts';

/*
 * The coordinator process of one run. Says where it listens in one JSON line on stdout. Ends when the run is over and
 * everybody has left, or when stdin ends: then whoever started it is gone.
 */

const loopback = '127.0.0.1';
const tickMs = 250;
const flushMs = 1_000;

async function main(options: CoordinatorOptions): Promise<void> {
  const store = FilesObjectStore.at(options.store);
  const runs = new RunStore(store);
  const now = () => new Date();
  const recorder = new RunRecorder({
    run: options.run,
    runs,
    metrics: await MetricsWriter.open(store, options.run),
    log: await LogWriter.open(store, { run: options.run, worker: null, now }),
  });
  const { dataset } = await runs.read(options.run);
  const job = await runs.readJob(options.run);
  const setup = { run: options.run, job, dataset, store: store.location, workers: options.workers, build: build() };
  const clocks = { nowMs: () => Date.now(), elapsedMs: () => performance.now() };
  const coordinator = new Coordinator({ ...setup, ...clocks }, recorder);
  await serveUntilOver(options, coordinator, recorder);
}

async function serveUntilOver(
  options: CoordinatorOptions,
  coordinator: Coordinator,
  recorder: RunRecorder,
): Promise<void> {
  const server = await serveServices({
    host: loopback,
    credentials: { run: options.run, token: options.token },
    services: [coordinatorService(coordinator)],
  });
  const timers = [
    setInterval(() => {
      coordinator.tick();
    }, tickMs),
    setInterval(() => void recorder.flush(), flushMs),
  ];
  process.stdout.write(`${JSON.stringify({ address: server.address })}\n`);
  process.stdin.resume().once('close', () => {
    coordinator.interrupt('the process that started the run is gone');
  });
  await coordinator.dispersed;
  for (const timer of timers) clearInterval(timer);
  await recorder.flush();
  coordinator.close();
  await server.close();
}

function build(): string {
  const description = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return description.version;
}

try {
  await main(readOptions(process.argv.slice(2), process.env));
  process.exit(0);
} catch (thrown) {
  const report = describeUnknown(thrown);
  process.stderr.write(`${JSON.stringify({ error: report })}\n`);
  process.exit(exitCodeOf(report.code));
}
