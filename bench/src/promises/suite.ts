import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../row.ts';
import type { BenchmarkContext, Suite } from '../suite.ts';
import { Command } from './command.ts';

const startLimitMs = 180_000;
const endLimitMs = 5_000;

/** The seconds that the product promises; "theirs" is the promise. Python is not needed. */
export const promises: Suite = {
  name: 'promises',
  needsPython: false,
  run: async ({ say }) => {
    const folder = await mkdtemp(join(tmpdir(), 'collimator-bench-'));
    const store = ['--store', `file:${folder}`];
    try {
      await Command.start([
        'datasets',
        'import',
        'examples/data/pneumoniamnist.npz',
        '--name',
        'pneumoniamnist',
        ...store,
      ]).ended;
      return [await wholeTraining(store, say), await lostWorker(store, say), await interrupted(store, say)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function wholeTraining(store: readonly string[], say: BenchmarkContext['say']): Promise<Row> {
  say('the whole training of examples/pneumonia.yaml');
  const begun = performance.now();
  await Command.start(['train', 'examples/pneumonia.yaml', ...store]).ended;
  return kept('examples/pneumonia.yaml, from start to result', performance.now() - begun, startLimitMs);
}

async function lostWorker(store: readonly string[], say: BenchmarkContext['say']): Promise<Row> {
  say('a worker is killed');
  const { command, workers } = await trainSomeSteps(store);
  const begun = performance.now();
  process.kill(workers[1] ?? 0, 'SIGKILL');
  await command.ended;
  return kept('from SIGKILL of a worker to the end of all processes', performance.now() - begun, endLimitMs);
}

async function interrupted(store: readonly string[], say: BenchmarkContext['say']): Promise<Row> {
  say('Ctrl-C');
  const { command } = await trainSomeSteps(store);
  const begun = performance.now();
  command.interrupt();
  await command.ended;
  return kept('from Ctrl-C to the end of all processes', performance.now() - begun, endLimitMs);
}

async function trainSomeSteps(store: readonly string[]): Promise<{ command: Command; workers: readonly number[] }> {
  const command = Command.start([
    'train',
    'examples/pneumonia.yaml',
    '--workers',
    '3',
    '--set',
    'spec.training.epochs=50',
    ...store,
  ]);
  await command.printed('step 3');
  const shown = Command.start(['runs', 'show', 'latest', '--json', ...store]);
  const { workers } = JSON.parse(await shown.ended) as { workers: readonly { readonly pid: number }[] };
  return { command, workers: workers.map(({ pid }) => pid) };
}

function kept(name: string, ours: number, limitMs: number): Row {
  return { name, ours, theirs: limitMs, unit: 'ms', ratio: limitMs / ours, aim: 1 };
}
