import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKeys, type RunRecord } from '@collimator/runs';
import { byteArray, npzFile, smallDataset } from '@collimator/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, runProgram } from '../testing/run-program.ts';

const { locateEngine } = await import('@collimator/engine-tensorflow');
const hasEngine = await locateEngine().then(
  () => true,
  () => false,
);

const job = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: small}
spec:
  task: classification
  seed: 7
  data: {dataset: small}
  model: {name: cnn, width: 4, dropout: 0.2}
  training: {epochs: 2, lanes: 2, laneBatch: 4}
  workers: {replicas: 2}
`;

/** Without an engine there is nothing to train with; where nothing may be skipped, that fails. */
describe.skipIf(!hasEngine && process.env.CI !== 'true')('a run, from the command line', () => {
  let folder: string;
  let trained: RunRecord;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collimator-inference-'));
    await writeFile(join(folder, 'small.npz'), npzFile(smallDataset()));
    await writeFile(join(folder, 'job.yaml'), job);
    await collimator('datasets', 'import', join(folder, 'small.npz'), '--name', 'small', '--classes', 'normal,"odd"');
    trained = JSON.parse(await collimator('train', join(folder, 'job.yaml'), '--json')) as RunRecord;
  }, 120_000);

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function collimator(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runProgram([
      ...[process.execPath, bin, ...words],
      ...['--store', `file:${join(folder, 'store')}`],
    ]);
    expect(exitCode, stderr).toBe(0);
    return stdout;
  }

  function evaluationOf(record: RunRecord, split: string): RunRecord['evaluations'][number] | undefined {
    return record.evaluations.findLast((evaluation) => evaluation.split === split);
  }

  it('is recorded with its result', () => {
    expect(trained).toMatchObject({ formatVersion: 1, job: 'small', state: 'Succeeded', step: 4, steps: 4 });
    expect(trained.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(trained.lastWeights).toMatchObject({ key: runKeys(trained.run).weightsAt(4), step: 4 });
  });

  it('evaluates to the very numbers of the training, and records the read of the test split', async () => {
    const record = JSON.parse(await collimator('evaluate', 'latest', '--split', 'test', '--json')) as RunRecord;
    expect(evaluationOf(record, 'test')).toEqual(evaluationOf(trained, 'test'));
    const dataset = JSON.parse(await collimator('datasets', 'show', 'small', '--json')) as { testReads: unknown[] };
    expect(dataset.testReads).toHaveLength(2);
    expect(dataset.testReads).toEqual(expect.arrayContaining([expect.objectContaining({ run: trained.run })]));
  }, 60_000);

  it('shows its evaluation for people, and itself', async () => {
    const evaluation = await collimator('evaluate', trained.run, '--split', 'val');
    expect(evaluation).toMatch(/^small-.*\nval split, weights of step \d\n {2}metric .*95 % interval\n {2}auc /);
    expect(await collimator('runs', 'show', trained.run.slice(0, -2))).toContain('state             Succeeded');
    expect(await collimator('logs', 'small', '--worker', '1')).toContain('worker 1');
  }, 60_000);

  it('predicts to a CSV file that agrees with its confusion matrix', async () => {
    const output = join(folder, 'predictions.csv');
    await collimator('predict', 'latest', '--input', join(folder, 'small.npz'), '--output', output);
    const [header, ...rows] = (await readFile(output, 'utf8')).trimEnd().split('\n');
    expect(header).toBe('sample,probability_normal,"probability_""odd""",predicted');
    const predictedNormal = rows.filter((row) => row.endsWith(',normal')).length;
    const { counts = [] } = evaluationOf(trained, 'test')?.confusion ?? {};
    expect(rows).toHaveLength(6);
    expect(predictedNormal).toBe(counts.reduce((sum, row) => sum + (row[0] ?? 0), 0));
  }, 60_000);

  it('evaluates and predicts with its newest weights where none are selected, and says so', async () => {
    const copy = await copyWithoutResult();
    const { lastWeights } = trained;
    const said = `Run ${trained.run} has selected no weights: its newest are used, those of step ${lastWeights?.step}\n`;
    const evaluated = await runProgram([process.execPath, bin, 'evaluate', 'latest', '--split', 'val', ...copy]);
    expect(evaluated, evaluated.stderr).toMatchObject({ exitCode: 0, stderr: said });
    expect(evaluated.stdout).toContain(`val split, weights of step ${lastWeights?.step}\n`);
    const files = ['--input', join(folder, 'small.npz'), '--output', join(folder, 'last.csv')];
    const predicted = await runProgram([process.execPath, bin, 'predict', 'latest', ...files, ...copy]);
    expect(predicted, predicted.stderr).toMatchObject({ exitCode: 0, stderr: said });
  }, 60_000);

  /** The store as it would be if the run had been interrupted before its end. */
  async function copyWithoutResult(): Promise<string[]> {
    const copy = join(folder, 'interrupted');
    await cp(join(folder, 'store'), copy, { recursive: true });
    await rm(join(copy, runKeys(trained.run).weights));
    const record = { ...trained, state: 'Interrupted', reason: 'Ctrl-C', weightsSha256: null };
    await writeFile(join(copy, runKeys(trained.run).record), JSON.stringify(record));
    return ['--store', `file:${copy}`];
  }

  it('refuses images of another form', async () => {
    await writeFile(join(folder, 'large.npz'), npzFile({ test_images: byteArray([2, 5, 5]) }));
    const words = ['predict', 'latest', '--input', join(folder, 'large.npz'), '--output', join(folder, 'no.csv')];
    const store = ['--store', `file:${join(folder, 'store')}`];
    const { exitCode, stderr } = await runProgram([process.execPath, bin, ...words, ...store]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`the images are 5×5×1 u1, the model of run ${trained.run} takes 3×4×1 u1`);
  }, 60_000);
});
