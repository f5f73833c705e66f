import { jobFromJson } from '@collimator/job';
import { MemoryObjectStore } from '@collimator/object-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Evaluation } from './evaluation.ts';
import { newRunRecord } from './run-record.ts';
import { RunStore } from './run-store.ts';

const job = jobFromJson(
  {
    apiVersion: 'collimator.dev/v1alpha1',
    kind: 'TrainingJob',
    metadata: { name: 'pneumonia' },
    spec: {
      task: 'classification',
      data: { dataset: 'pneumoniamnist' },
      model: { name: 'cnn' },
      training: { epochs: 2, optimizer: { name: 'adam', learningRate: 0.001 } },
    },
  },
  'job.yaml',
);

function recordOf(run: string) {
  return newRunRecord({
    run,
    job: 'pneumonia',
    startedAt: '2026-01-02T03:04:05.000Z',
    dataset: { name: 'pneumoniamnist', sha256: 'ab' },
    jobHash: 'cd',
    randomVersion: 1,
  });
}

const run = 'pneumonia-20260102-030405-aaaa';
const evaluation: Evaluation = {
  formatVersion: 1,
  split: 'test',
  step: 40,
  digest: 'ef',
  jobHash: 'cd',
  samples: 4,
  metrics: { auc: { value: 0.9, low: 0.8, high: 1 } },
  confusion: {
    classes: ['normal', 'pneumonia'],
    counts: [
      [1, 1],
      [0, 2],
    ],
  },
  bootstrap: { resamples: 2000, level: 0.95, seed: 7, unit: 'sample', units: 4 },
};

let objects: MemoryObjectStore;
let runs: RunStore;

beforeEach(async () => {
  objects = new MemoryObjectStore();
  runs = new RunStore(objects);
  await runs.create(recordOf(run), job);
});

describe('RunStore', () => {
  test('keeps the record and the job of a run', async () => {
    expect(await runs.read(run)).toEqual(recordOf(run));
    expect(await runs.readJob(run)).toEqual(job);
  });

  test('does not create a run twice', async () => {
    await expect(runs.create(recordOf(run), job)).rejects.toMatchObject({ code: 'object_exists' });
  });

  test('changes a record by the states that are allowed', async () => {
    await runs.update(run, (record) => ({ ...record, state: 'Starting', step: 1 }));
    expect(await runs.read(run)).toMatchObject({ state: 'Starting', step: 1 });
    await expect(runs.update(run, (record) => ({ ...record, state: 'Succeeded' }))).rejects.toMatchObject({
      code: 'run_state',
    });
  });

  test('loses no change when many write at once', async () => {
    const writers = Array.from({ length: 8 }, () =>
      runs.update(run, (record) => ({ ...record, step: record.step + 1 })),
    );
    await Promise.all(writers);
    expect((await runs.read(run)).step).toBe(8);
  });

  test('gives up with the error of the store where it can never write', async () => {
    const meddled = new RunStore(objects);
    let changes = 0;
    const update = meddled.update(run, (record) => {
      changes += 1;
      void objects.put(`runs/${run}/run.json`, new TextEncoder().encode(JSON.stringify(record)));
      return record;
    });
    await expect(update).rejects.toMatchObject({ code: 'object_changed' });
    expect(changes).toBe(20);
  });

  test('lists runs newest first and resolves references', async () => {
    const newer = 'liver-20260103-000000-bbbb';
    await runs.create(recordOf(newer), job);
    expect((await runs.list()).map((record) => record.run)).toEqual([newer, run]);
    expect(await runs.resolve('pneu')).toBe(run);
    expect(await runs.resolve('liver', { jobNames: true })).toBe(newer);
  });

  test('names a run that is not there', async () => {
    const missing = { code: 'run_missing', message: 'no run "x" in memory:memory' };
    await expect(runs.read('x')).rejects.toMatchObject(missing);
    await expect(runs.readJob('x')).rejects.toMatchObject(missing);
    await expect(runs.update('x', (record) => record)).rejects.toMatchObject(missing);
  });

  test.each([
    ['{"formatVersion":2}', 'format_version', `runs/${run}/run.json has format version 2, this build reads 1`],
    ['{', 'run_corrupt', `runs/${run}/run.json cannot be read: is not JSON`],
    ['{"formatVersion":1,"run":1}', 'run_corrupt', 'run: Invalid input: expected string, received number'],
  ])('refuses the record %s', async (text, code, message) => {
    await objects.put(`runs/${run}/run.json`, new TextEncoder().encode(text));
    await expect(runs.read(run)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  test('ignores what a later build added to a record', async () => {
    const text = JSON.stringify({ ...recordOf(run), addedLater: true });
    await objects.put(`runs/${run}/run.json`, new TextEncoder().encode(text));
    expect(await runs.read(run)).toEqual(recordOf(run));
  });

  test('keeps evaluations by split and step', async () => {
    await runs.writeEvaluation(run, evaluation);
    expect(await runs.readEvaluation(run, 'test', 40)).toEqual(evaluation);
    expect(await objects.head(`runs/${run}/evaluations/test-step-00000040.json`)).toBeDefined();
  });
});
