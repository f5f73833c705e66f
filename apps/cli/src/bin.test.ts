import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesObjectStore } from '@collimator/object-store-files';
import { parseJob } from '@collimator/job';
import { LogWriter, newRunRecord, RunStore } from '@collimator/runs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bin, runProgram } from './testing/run-program.ts';

/** The Node of this test run, and the one that the machine itself has, which may be as old as 20. */
const nodes = [process.execPath, ...systemNodes()];

function systemNodes(): string[] {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return folders
    .map((folder) => join(folder, 'node'))
    .filter((file) => existsSync(file))
    .slice(0, 1);
}

describe('collimator', () => {
  it.each(nodes)('runs its own Node 24 when it is started with %s', async (node) => {
    const { exitCode, stdout } = await runProgram([node, bin, '--version']);
    expect(stdout).toBe('0.1.0\n');
    expect(exitCode).toBe(0);
  });

  it('passes the exit code on, and prints errors of usage on stderr', async () => {
    const { exitCode, stdout, stderr } = await runProgram([process.execPath, bin, 'engin']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      "error [usage] unknown command 'engin' (Did you mean engine?)\n" +
        '  next: collimator --help lists the commands; each has its own --help\n',
    );
  });

  it('prints errors as one JSON document where data are JSON', async () => {
    const { exitCode, stdout, stderr } = await runProgram([process.execPath, bin, 'engine', 'export', '--json']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'usage',
        message: "missing required argument 'file'",
        next: 'collimator --help lists the commands; each has its own --help',
      },
    });
  });
});

describe('a command that goes on', () => {
  let folder: string;
  let command: ChildProcess;

  /** Follows the log of a run that never ends. */
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collimator-bin-'));
    await createEndlessRun(new FilesObjectStore(folder));
    command = spawn(process.execPath, [bin, 'logs', 'latest', '-f', '--store', `file:${folder}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (command.stdout !== null) await once(command.stdout, 'data');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('gets the signals that its starter gets, and decides the exit code', async () => {
    command.kill('SIGINT');
    expect(await once(command, 'exit')).toEqual([0, null]);
  });

  it('ends when its starter is gone', async () => {
    const pid = await commandItself(command);
    command.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });
});

const job = parseJob(
  `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: endless}
spec: {task: classification, data: {dataset: a}, model: {name: cnn}, training: {epochs: 1}}
`,
  { source: 'endless.yaml' },
);

const endlessRun = newRunRecord({
  run: 'endless-20260102-030405-ab12',
  job: 'endless',
  startedAt: '2026-01-02T03:04:05.678Z',
  dataset: { name: 'a', sha256: 'aa' },
  jobHash: 'bb',
  randomVersion: 1,
});

async function createEndlessRun(store: FilesObjectStore): Promise<void> {
  await new RunStore(store).create(endlessRun, job);
  const log = await LogWriter.open(store, { run: endlessRun.run, worker: null, now: () => new Date() });
  log.write('info', 'start', 'the run goes on');
  await log.flush();
}

/** The process on the pinned Node, which the started one has as its only child. */
async function commandItself({ pid = 0 }: ChildProcess): Promise<number> {
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim());
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
