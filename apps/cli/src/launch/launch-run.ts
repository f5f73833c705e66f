import { randomBytes, randomInt } from 'node:crypto';
import { CollimatorError } from '@collimator/errors';
import { jobHash } from '@collimator/job';
import { ensureStoreFormat } from '@collimator/object-store';
import { RANDOM_VERSION } from '@collimator/random';
import { RunStore, newRunId, newRunRecord } from '@collimator/runs';
import type { PeerAddress } from '@collimator/transport';
import { connect } from '@collimator/transport-grpc';
import { sha256OfBytes } from '../sha256.ts';
import { coordinatorAddress } from './coordinator-process.ts';
import { endProcesses } from './end-processes.ts';
import type { LaunchOptions, LaunchedRun } from './launched-run.ts';
import { LocalRun } from './local-run.ts';
import { NodeProcess } from './node-process.ts';
import { installedPrograms } from './program-files.ts';
import { lanesAtOnce, processEnvironment } from './worker-environment.ts';

/**
 * Creates a run in the store and starts its coordinator and workers on this machine. No process outlives this one.
 * @throws job_invalid (more workers than lanes), the store's errors, the coordinator's error where it does not start.
 */
export async function launchRun(options: LaunchOptions): Promise<LaunchedRun> {
  checkWorkers(options);
  await ensureStoreFormat(options.store);
  const runs = new RunStore(options.store);
  const run = await createRun(runs, options);
  const token = randomBytes(32).toString('hex');
  const coordinator = startCoordinator(options, run, token);
  try {
    const address = await coordinatorAddress(coordinator);
    const workers = startWorkers(options, run, token, address);
    const connection = connect(address, { run, token });
    return new LocalRun({ run, runs, store: options.store, connection, coordinator, workers });
  } catch (thrown) {
    await endProcesses([coordinator], { beforeTermMs: 0, beforeKillMs: 1_000 });
    const { message } = CollimatorError.from(thrown);
    const endedAt = new Date().toISOString();
    await runs.update(run, (record) => ({ ...record, state: 'Failed', reason: message, endedAt }));
    throw thrown;
  }
}

function startCoordinator({ store, workers, env, programs }: LaunchOptions, run: string, token: string): NodeProcess {
  return new NodeProcess({
    file: programs?.coordinator ?? installedPrograms().coordinator,
    args: ['--run', run, '--store', store.location, '--workers', String(workers)],
    env: processEnvironment(env ?? process.env, token),
  });
}

function startWorkers(
  { workers, env, programs }: LaunchOptions,
  run: string,
  token: string,
  { host, port }: PeerAddress,
): NodeProcess[] {
  const lanes = lanesAtOnce(workers);
  const file = programs?.worker ?? installedPrograms().worker;
  return Array.from({ length: workers }, (_, id) => {
    const place = ['--run', run, '--worker', String(id), '--coordinator', `${host}:${port}`];
    const args = [...place, '--lanes-at-once', String(lanes)];
    return new NodeProcess({ file, args, env: processEnvironment(env ?? process.env, token) });
  });
}

async function createRun(runs: RunStore, { job, dataset }: LaunchOptions): Promise<string> {
  const now = new Date();
  const run = newRunId(job.metadata.name, now, (bound) => randomInt(bound));
  const record = newRunRecord({
    run,
    job: job.metadata.name,
    startedAt: now.toISOString(),
    dataset,
    jobHash: jobHash(job, (text) => sha256OfBytes(Buffer.from(text))),
    randomVersion: RANDOM_VERSION,
  });
  await runs.create(record, job);
  return run;
}

function checkWorkers({ workers, job }: LaunchOptions): void {
  const { lanes } = job.spec.training;
  if (Number.isInteger(workers) && workers >= 1 && workers <= lanes) return;
  throw new CollimatorError('job_invalid', `${workers} workers; allowed are 1 to ${lanes}, one for each lane`, {
    next: 'start fewer workers or raise spec.training.lanes',
  });
}
