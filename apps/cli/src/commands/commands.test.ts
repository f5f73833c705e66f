import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJob } from '@collimator/job';
import { FilesObjectStore } from '@collimator/object-store-files';
import { newRunRecord, RunStore } from '@collimator/runs';
import { byteArray, npzFile, smallDataset, type TestArray } from '@collimator/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../testing/run-command.ts';

let folder: string;
let store: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-cli-'));
  store = `file:${join(folder, 'store')}`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function run(...words: string[]) {
  return runCommand([...words, '--store', store]);
}

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const smallJob = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: small}
spec: {task: classification, data: {dataset: small}, model: {name: cnn}, training: {epochs: 1}, workers: {replicas: 2}}
`;

function importSmall(...flags: string[]) {
  return fileWith('small.npz', npzFile(smallDataset())).then((path) =>
    run('datasets', 'import', path, '--name', 'small', ...flags),
  );
}

/** Image arrays of so many volumes of 4×4×4. */
function volumesOf(samples: Readonly<Record<string, number>>): Record<string, TestArray> {
  return Object.fromEntries(
    Object.entries(samples).map(([split, count]) => [`${split}_images`, byteArray([count, 4, 4, 4])]),
  );
}

describe('datasets', () => {
  it('imports a file, lists and shows it, and verifies it', async () => {
    expect(await importSmall('--classes', 'normal, pneumonia', '--licence', 'CC BY 4.0')).toMatchObject({
      exitCode: 0,
    });
    const { stdout: list } = await run('datasets', 'list');
    expect(list.split('\n')[1]).toMatch(/^small {2}3×4×1 u1 +2 +10 +5 +6 {2}[0-9a-f]{12}$/);
    const { stdout: shown } = await run('datasets', 'show', 'small');
    expect(shown).toContain('licence           CC BY 4.0\n');
    expect(shown).toMatch(/^pneumonia +5 +2 +3$/m);
    expect(shown).toContain('The test split has not been read.');
    expect((await run('datasets', 'verify', 'small')).stdout).toMatch(/^Data set small is intact: 3 shards, sha256 /);
  });

  it('imports a second time only where it is told to, and only the same file', async () => {
    await importSmall();
    expect(await importSmall('--if-missing')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Data set small is there already: sha256 /) as string,
    });
    expect(await importSmall()).toMatchObject({ exitCode: 3, stdout: '' });
    const other = await fileWith(
      'other.npz',
      npzFile({ ...smallDataset(), train_labels: byteArray([10, 1], (place) => (place + 1) % 2) }),
    );
    const refused = await run('datasets', 'import', other, '--name', 'small', '--if-missing');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('already has a data set "small"');
  });

  it('names a shard that was damaged', async () => {
    await importSmall();
    const shards = join(folder, 'store/datasets/small/shards');
    const [first = ''] = (await readdir(shards)).sort();
    await writeFile(join(shards, first), 'rotten');
    const { exitCode, stderr } = await run('datasets', 'verify', 'small');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error \[dataset_corrupt\] data set "small" has 1 damaged of 3 shards\n {2}shards\/000000/);
  });

  it('lists the others where one has another format version, and marks that one', async () => {
    await importSmall();
    await mkdir(join(folder, 'store/datasets/old'));
    await writeFile(join(folder, 'store/datasets/old/index.json'), '{"formatVersion": 9}');
    const { exitCode, stdout } = await run('datasets', 'list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^small {2}3×4×1 u1 /m);
    expect(stdout).toMatch(/^old {2}cannot be read: data set "old" has format version 9, this build reads 1$/m);
    expect(JSON.parse((await run('datasets', 'list', '--json')).stdout)).toMatchObject({
      datasets: [{ name: 'small' }],
      unreadable: [{ name: 'old', error: { code: 'format_version' } }],
    });
  });

  it('says how many classes --classes names where the labels have others', async () => {
    const { exitCode, stderr } = await importSmall('--classes', 'a,b,c');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('next: --classes names 3 classes (a, b, c): give one name for each label from 0 on');
  });

  it('prints JSON with what was imported', async () => {
    const { stdout } = await importSmall('--json');
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, name: 'small', sha256: expect.any(String) as string });
    const list = JSON.parse((await run('datasets', 'list', '--json')).stdout) as { datasets: unknown[] };
    expect(list.datasets).toHaveLength(1);
  });

  it('says what a missing or unreadable file is', async () => {
    const missing = await run('datasets', 'import', join(folder, 'none.npz'), '--name', 'none');
    expect(missing.exitCode).toBe(3);
    expect(missing.stderr).toContain('none.npz: there is no such file\n  next: Name a file, such as:');
    const notZip = await run('datasets', 'import', await fileWith('x.npz', 'text'), '--name', 'x', '--json');
    expect(notZip.exitCode).toBe(3);
    expect(JSON.parse(notZip.stdout)).toMatchObject({ error: { code: 'dataset_invalid' } });
  });
});

describe('train refuses', () => {
  const job = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: small}
spec: {task: classification, data: {dataset: smal}, model: {name: cnn}, training: {epochs: 1}}
`;

  it('a job file that is not there', async () => {
    const { exitCode, stderr } = await run('train', 'no/such.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'error [job_missing] cannot read the job file no/such.yaml: there is no such file\n' +
        '  next: Name a job file, such as: npx collimator train examples/pneumonia.yaml\n',
    );
  });

  it('an empty job file, and a folder', async () => {
    const empty = await fileWith('empty.yaml', '\n');
    expect((await run('train', empty)).stderr).toContain(`error [job_missing] the job file ${empty} is empty\n`);
    await mkdir(join(folder, 'jobs'));
    expect((await run('train', join(folder, 'jobs'))).stderr).toContain('jobs: it is a folder\n');
  });

  it('every problem of a job file at once, with its place or its flag', async () => {
    const path = await fileWith('bad.yaml', job.replace('epochs: 1', 'epoch: 1, lanes: 6'));
    const { exitCode, stderr } = await run('train', path, '--workers', '16', '--set', 'seed=x');
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
    const path = await fileWith('bad.yaml', job.replace('epochs: 1', 'epochs: none'));
    const { exitCode, stdout, stderr } = await run('train', path, '--json');
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
    const { exitCode, stderr } = await run('train', await fileWith('a.yaml', job), '--set', 'workers.replicas=0');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'is paused: spec.workers.replicas is 0, at least 1 is needed\n  next: Start it with --workers',
    );
  });

  it('an unknown data set, with the nearest name and the command that imports', async () => {
    await importSmall();
    const { exitCode, stderr } = await run('train', await fileWith('a.yaml', job));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('has no data set "smal"; it has small; did you mean "small"?');
    expect(stderr).toContain('next: Import it: collimator datasets import FILE.npz --name smal');
  });

  it('what does not fit the data set, all of it, before anything is started', async () => {
    await importSmall();
    const path = await fileWith('a.yaml', job.replace('smal}', 'small}'));
    const weights = ['--set', 'training.loss={name: crossEntropy, classWeights: [1, 2, 3]}'];
    const { exitCode, stderr } = await run('train', path, ...weights);
    expect(exitCode).toBe(2);
    expect(stderr.split('\n')).toEqual([
      'error [job_invalid] job small has a problem with data set small',
      '  spec.training.loss.classWeights: 3 class weights are given, the data set has 2 classes',
      '  next: Correct the job, or choose another data set; see: npx collimator datasets show small',
      '',
    ]);
    const masks = ['--set', 'task=segmentation', '--set', 'model={name: unet2d}'];
    expect((await run('train', path, ...masks)).stderr).toContain('  spec.task: task segmentation does not fit labels');
    expect((await run('runs', 'list')).stdout).toMatch(/^No runs\./);
  });

  it('volumes', async () => {
    const volumes = { ...smallDataset(), ...volumesOf({ train: 10, val: 5, test: 6 }) };
    const path = await fileWith('volumes.npz', npzFile(volumes));
    expect(await run('datasets', 'import', path, '--name', 'small')).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await run('train', await fileWith('a.yaml', job.replace('smal}', 'small}')));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('  spec.data.dataset: data set "small" holds volumes (4×4×4×1)');
    expect((await run('runs', 'list')).stdout).toMatch(/^No runs\./);
  });

  it('a GPU that is not here, before any of its engine is fetched', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
    await importSmall();
    const path = await fileWith('a.yaml', job.replace('smal}', 'small}'));
    const { exitCode, stderr } = await run('train', path, '--set', 'device=gpu');
    expect(exitCode).toBe(4);
    expect(stderr).toBe(
      'error [platform_unsupported] the job asks for device gpu; this machine has no NVIDIA GPU to use\n' +
        '  next: Check "nvidia-smi" and CUDA_VISIBLE_DEVICES, or train with --set device=cpu\n',
    );
  });

  it.each([
    {
      words: ['--workers', 'two'],
      message: "option '--workers <count>' argument 'two' is invalid. A worker count is a whole number from 1.",
    },
    { words: ['--set', 'epochs'], message: '"--set epochs" is not of the form path=value' },
  ])('$words', async ({ words, message }) => {
    const { exitCode, stderr } = await run('train', await fileWith('a.yaml', job), ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error [usage] ${message}\n`);
  });
});

describe('runs and logs', () => {
  it('list nothing in a new store, and name what is missing', async () => {
    expect((await run('runs', 'list')).stdout).toBe('No runs. Start one with: npx collimator train JOB.yaml\n');
    expect(JSON.parse((await run('runs', 'list', '--json')).stdout)).toEqual({ formatVersion: 1, runs: [] });
    for (const words of [
      ['runs', 'show', 'latest'],
      ['logs', 'latest'],
      ['evaluate', 'latest', '--split', 'val'],
    ]) {
      expect(await run(...words)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('run_missing') as string,
      });
    }
  });
});

describe('of a run without selected weights', () => {
  const id = 'small-20260102-030405-ab12';
  const known = { run: id, job: 'small', startedAt: '2026-01-02T03:04:05.000Z', jobHash: 'f1', randomVersion: 1 };

  beforeEach(async () => {
    const { stdout } = await importSmall('--json');
    const { name, sha256 } = JSON.parse(stdout) as { name: string; sha256: string };
    const job = parseJob(smallJob, { source: 'small.yaml' });
    const record = newRunRecord({ ...known, dataset: { name, sha256 } });
    const ending = { state: 'Interrupted', reason: 'the run was stopped: Ctrl-C', workers: [] } as const;
    await new RunStore(FilesObjectStore.at(store)).create({ ...record, ...ending }, job);
  });

  it('logs names the workers that there are', async () => {
    const { exitCode, stderr } = await run('logs', 'latest', '--worker', '9');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error [usage] run ${id} has no worker 9; it has 0, 1\n`);
    expect(await run('logs', 'latest', '--worker', '1')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it.each([
    ['evaluate', '--split', 'val'],
    ['predict', '--input', 'small.npz', '--output', 'small.csv'],
  ])('%s says what to do where no weights were written', async (verb, ...flags) => {
    const words = flags.map((word) => (word.endsWith('.npz') ? join(folder, word) : word));
    const { exitCode, stderr } = await run(verb, 'latest', ...words);
    expect(exitCode).toBe(3);
    expect(stderr).toBe(
      `error [run_state] run ${id} is Interrupted and has written no weights; needed is a run that has\n` +
        '  next: Train again, or choose another run: npx collimator runs list\n',
    );
  });
});

describe('stores', () => {
  it('of another format version are refused with both named', async () => {
    await mkdir(join(folder, 'store'));
    await writeFile(join(folder, 'store/collimator.json'), '{"formatVersion": 9}');
    const { exitCode, stderr } = await run('datasets', 'list');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('has format version 9, this build reads 1');
  });

  it('of an unknown kind are refused', async () => {
    const { exitCode, stderr } = await runCommand(['runs', 'list', '--store', 'ftp://there']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('store "ftp://there" is not a known kind; allowed: file:FOLDER');
  });
});

describe('doctor', () => {
  it('checks the machine and says where each setting comes from', async () => {
    const environment = { COLLIMATOR_STORE: store, COLLIMATOR_STOER: 'x' };
    const { stdout } = await runCommand(['doctor'], environment);
    expect(stdout).toMatch(/^ok {4}platform /);
    expect(stdout).toContain(`store        ${store}  (COLLIMATOR_STORE)`);
    expect(stdout).toMatch(/FAIL {2}environment +COLLIMATOR_STOER is unknown\n +remedy: unset COLLIMATOR_STOER\n/);
  });
});
