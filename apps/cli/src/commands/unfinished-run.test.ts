import { join } from 'node:path';
import { parseJob } from '@collimator/job';
import { FilesObjectStore } from '@collimator/object-store-files';
import { newRunRecord, RunStore } from '@collimator/runs';
import { npzFile, smallDataset } from '@collimator/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFolder } from '../testing/command-folder.ts';

let folder: CommandFolder;

beforeEach(async () => {
  folder = await CommandFolder.create();
});

afterEach(async () => {
  await folder.remove();
});

function importSmall(...flags: readonly string[]) {
  return folder.importAs('small', npzFile(smallDataset()), ...flags);
}

const smallJob = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: small}
spec: {task: classification, data: {dataset: small}, model: {name: cnn}, training: {epochs: 1}, workers: {replicas: 2}}
`;

describe('of a run without selected weights', () => {
  const id = 'small-20260102-030405-ab12';
  const known = { run: id, job: 'small', startedAt: '2026-01-02T03:04:05.000Z', jobHash: 'f1', randomVersion: 1 };

  beforeEach(async () => {
    const { stdout } = await importSmall('--json');
    const { name, sha256 } = JSON.parse(stdout) as { name: string; sha256: string };
    const job = parseJob(smallJob, { source: 'small.yaml' });
    const record = newRunRecord({ ...known, dataset: { name, sha256 } });
    const ending = { state: 'Interrupted', reason: 'the run was stopped: Ctrl-C', workers: [] } as const;
    await new RunStore(FilesObjectStore.at(folder.store)).create({ ...record, ...ending }, job);
  });

  it('logs names the workers that there are', async () => {
    const { exitCode, stderr } = await folder.run('logs', 'latest', '--worker', '9');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error [usage] run ${id} has no worker 9; it has 0, 1\n`);
    expect(await folder.run('logs', 'latest', '--worker', '1')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it.each([
    ['evaluate', '--split', 'val'],
    ['predict', '--input', 'small.npz', '--output', 'small.csv'],
  ])('%s says what to do where no weights were written', async (verb, ...flags) => {
    const words = flags.map((word) => (word.endsWith('.npz') ? join(folder.path, word) : word));
    const { exitCode, stderr } = await folder.run(verb, 'latest', ...words);
    expect(exitCode).toBe(3);
    expect(stderr).toBe(
      `error [run_state] run ${id} is Interrupted and has written no weights; needed is a run that has\n` +
        '  next: Train again, or choose another run: npx collimator runs list\n',
    );
  });
});
