import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byteArray, npzFile, smallDataset, type TestArray } from '@collimator/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandFolder } from '../testing/command-folder.ts';

let folder: CommandFolder;

beforeEach(async () => {
  folder = await CommandFolder.create();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

function importSmall(...flags: readonly string[]) {
  return folder.importAs('small', npzFile(smallDataset()), ...flags);
}

/** Image arrays of so many volumes of 4×4×4. */
function volumesOf(samples: Readonly<Record<string, number>>): Record<string, TestArray> {
  return Object.fromEntries(
    Object.entries(samples).map(([split, count]) => [`${split}_images`, byteArray([count, 4, 4, 4])]),
  );
}

describe('train refuses', () => {
  const job = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: small}
spec: {task: classification, data: {dataset: smal}, model: {name: cnn}, training: {epochs: 1}}
`;

  it('a job file that is not there', async () => {
    const { exitCode, stderr } = await folder.run('train', 'no/such.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'error [job_missing] cannot read the job file no/such.yaml: there is no such file\n' +
        '  next: Name a job file, such as: npx collimator train examples/pneumonia.yaml\n',
    );
  });

  it('an empty job file, and a folder', async () => {
    const empty = await folder.fileWith('empty.yaml', '\n');
    expect((await folder.run('train', empty)).stderr).toContain(`error [job_missing] the job file ${empty} is empty\n`);
    await mkdir(join(folder.path, 'jobs'));
    expect((await folder.run('train', join(folder.path, 'jobs'))).stderr).toContain('jobs: it is a folder\n');
  });

  it('every problem of a job file at once, with its place or its flag', async () => {
    const path = await folder.fileWith('bad.yaml', job.replace('epochs: 1', 'epoch: 1, lanes: 6'));
    const { exitCode, stderr } = await folder.run('train', path, '--workers', '16', '--set', 'seed=x');
    expect(exitCode).toBe(2);
    expect(stderr.split('\n')).toEqual([
      `error [job_invalid] ${path} has 5 problems`,
      '  spec.seed: must be a whole number; is text "x" (from --set seed=x)',
      '  spec.workers.replicas: more workers than lanes: 16 workers, 6 lanes; each worker needs a lane; use at most 6, or more lanes (which changes the result) (from --workers 16)',
      '  line 4, column 73: spec.training.epochs: is missing; must be a whole number',
      '  line 4, column 84: spec.training.epoch: unknown field "epoch"; did you mean "epochs"?',
      '  line 4, column 94: spec.training.lanes: must be a power of two; is 6; use 4 or 8',
      '  next: Correct the file; docs/reference/job.md describes every field',
      '',
    ]);
  });

  it('the same as JSON', async () => {
    const path = await folder.fileWith('bad.yaml', job.replace('epochs: 1', 'epochs: none'));
    const { exitCode, stdout, stderr } = await folder.run('train', path, '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'job_invalid',
        message: `${path} has a problem`,
        next: 'Correct the file; docs/reference/job.md describes every field',
        problems: [
          { field: 'spec.training.epochs', message: 'must be a whole number; is text "none"', line: 4, column: 84 },
        ],
      },
    });
  });

  it('a paused job', async () => {
    const { exitCode, stderr } = await folder.run(
      'train',
      await folder.fileWith('a.yaml', job),
      '--set',
      'workers.replicas=0',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'is paused: spec.workers.replicas is 0, at least 1 is needed\n  next: Start it with --workers',
    );
  });

  it('an unknown data set, with the nearest name and the command that imports', async () => {
    await importSmall();
    const { exitCode, stderr } = await folder.run('train', await folder.fileWith('a.yaml', job));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('has no data set "smal"; it has small; did you mean "small"?');
    expect(stderr).toContain('next: Import it: collimator datasets import FILE.npz --name smal');
  });

  const threeWeights = ['--set', 'training.loss={name: crossEntropy, classWeights: [1, 2, 3]}'];

  it('what does not fit the data set, before anything is started', async () => {
    await importSmall();
    const path = await folder.fileWith('a.yaml', job.replace('smal}', 'small}'));
    const { exitCode, stderr } = await folder.run('train', path, ...threeWeights);
    expect(exitCode).toBe(2);
    expect(stderr.split('\n')).toEqual([
      'error [job_invalid] job small has a problem with data set small',
      '  spec.training.loss.classWeights: 3 class weights are given, the data set has 2 classes',
      '  next: Correct the job, or choose another data set; see: npx collimator datasets show small',
      '',
    ]);
    const masks = ['--set', 'task=segmentation', '--set', 'model={name: unet2d}'];
    expect((await folder.run('train', path, ...masks)).stderr).toContain(
      '  spec.task: task segmentation does not fit labels',
    );
    expect((await folder.run('runs', 'list')).stdout).toMatch(/^No runs\./);
  });

  it('volumes, and what else does not fit', async () => {
    const volumes = { ...smallDataset(), ...volumesOf({ train: 10, val: 5, test: 6 }) };
    const path = await folder.fileWith('volumes.npz', npzFile(volumes));
    expect(await folder.run('datasets', 'import', path, '--name', 'small')).toMatchObject({ exitCode: 0 });
    const file = await folder.fileWith('a.yaml', job.replace('smal}', 'small}'));
    const { exitCode, stderr } = await folder.run('train', file, ...threeWeights);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error [job_invalid] job small has 2 problems with data set small\n');
    expect(stderr).toContain('  spec.data.dataset: data set "small" holds volumes (4×4×4×1)');
    expect((await folder.run('runs', 'list')).stdout).toMatch(/^No runs\./);
  });

  it('a GPU that is not here, before any of its engine is fetched', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
    await importSmall();
    const path = await folder.fileWith('a.yaml', job.replace('smal}', 'small}'));
    const { exitCode, stderr } = await folder.run('train', path, '--set', 'device=gpu');
    expect(exitCode).toBe(4);
    expect(stderr).toBe(
      'error [platform_unsupported] the job asks for device gpu; this machine has no NVIDIA GPU to use\n' +
        '  next: Go where there is one (check "nvidia-smi" and CUDA_VISIBLE_DEVICES), or train with --set device=cpu\n',
    );
  });

  it.each([
    {
      words: ['--workers', 'two'],
      message: "option '--workers <count>' argument 'two' is invalid. A worker count is a whole number from 1.",
    },
    { words: ['--set', 'epochs'], message: '"--set epochs" is not of the form path=value' },
  ])('$words', async ({ words, message }) => {
    const { exitCode, stderr } = await folder.run('train', await folder.fileWith('a.yaml', job), ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error [usage] ${message}\n`);
  });
});
