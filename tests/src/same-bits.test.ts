import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect } from 'vitest';
import { type CommandOptions, collimatorJson } from './collimator-command.ts';
import { engineTest } from './engine-test.ts';
import { setting, useStoreWithData } from './trained-store.ts';

interface TrainedRun {
  readonly run: string;
  readonly weightsSha256: string;
  readonly evaluations: unknown;
}

interface Condition {
  readonly name: string;
  readonly workers: number;
  readonly options?: CommandOptions;
  readonly busyCores?: boolean;
}

const foreignEnvironment = {
  TF_NUM_INTRAOP_THREADS: '3',
  TF_NUM_INTEROP_THREADS: '5',
  TF_ENABLE_ONEDNN_OPTS: '0',
  OMP_NUM_THREADS: '7',
  OMP_PROC_BIND: 'true',
};

const conditions: readonly Condition[] = [
  { name: '2 workers', workers: 2 },
  { name: '3 workers', workers: 3 },
  { name: '4 workers', workers: 4 },
  { name: 'pinned to one core', workers: 2, options: { under: ['taskset', '-c', '0'] } },
  { name: 'beside one busy loop per core', workers: 2, busyCores: true },
  { name: 'with other TF_NUM_* and OMP_* variables', workers: 2, options: { env: foreignEnvironment } },
];

/** Jobs of a few steps, with dropout, augmentation, a last batch that is smaller than the others, and a validation. */
const jobs = {
  cnn: { file: 'examples/pneumonia.yaml', changes: ['spec.training.epochs=2', 'spec.training.maxSteps=38'] },
  resnet18: {
    file: 'examples/pneumonia-resnet18.yaml',
    changes: [
      'spec.data.dataset=cut',
      'spec.training.epochs=1',
      'spec.model.dropout=0.2',
      'spec.data.augmentation.shiftPixels=2',
    ],
  },
} as const;

const store = useStoreWithData();

async function train(
  job: keyof typeof jobs,
  condition: Condition,
): Promise<TrainedRun & { readonly fileSha256: string }> {
  const { file, changes } = jobs[job];
  const args = ['train', file, '--workers', String(condition.workers), '--store', store.location, ...setting(changes)];
  const run = await collimatorJson<TrainedRun>(args, condition.options);
  const weights = await readFile(join(store.folder, 'runs', run.run, 'weights.safetensors'));
  return { ...run, fileSha256: createHash('sha256').update(weights).digest('hex') };
}

async function besideBusyLoops<T>(action: () => Promise<T>): Promise<T> {
  const loops = Array.from({ length: availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
  try {
    return await action();
  } finally {
    await Promise.all(loops.map((loop) => loop.terminate()));
  }
}

describe('the same job has the same bits', () => {
  describe.each(['cnn', 'resnet18'] as const)('%s', (job) => {
    let reference: Awaited<ReturnType<typeof train>>;

    beforeAll(async () => {
      reference = await train(job, { name: '1 worker', workers: 1 });
      expect(reference.fileSha256).toBe(reference.weightsSha256);
    }, 300_000);

    engineTest.each(conditions)(
      '$name',
      async (condition) => {
        const action = (): Promise<Awaited<ReturnType<typeof train>>> => train(job, condition);
        const run = condition.busyCores === true ? await besideBusyLoops(action) : await action();
        expect(run.fileSha256).toBe(reference.fileSha256);
        expect(run.evaluations).toEqual(reference.evaluations);
      },
      300_000,
    );
  });

  engineTest(
    'another seed has other bits',
    async () => {
      const changed = { name: 'seed', workers: 2 };
      const first = await train('cnn', changed);
      const changes = setting([...jobs.cnn.changes, 'spec.seed=8']);
      const second = await collimatorJson<TrainedRun>(['train', jobs.cnn.file, '--store', store.location, ...changes]);
      expect(second.weightsSha256).not.toBe(first.weightsSha256);
    },
    300_000,
  );
});
