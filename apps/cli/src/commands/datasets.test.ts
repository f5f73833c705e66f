import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byteArray, npzFile, smallDataset } from '@collimator/testkit';
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

describe('datasets', () => {
  it('imports a file, lists and shows it, and verifies it', async () => {
    expect(await importSmall('--classes', 'normal, pneumonia', '--licence', 'CC BY 4.0')).toMatchObject({
      exitCode: 0,
    });
    const { stdout: list } = await folder.run('datasets', 'list');
    expect(list.split('\n')[1]).toMatch(/^small {2}3×4×1 u1 +2 +10 +5 +6 {2}[0-9a-f]{12}$/);
    const { stdout: shown } = await folder.run('datasets', 'show', 'small');
    expect(shown).toContain('licence           CC BY 4.0\n');
    expect(shown).toMatch(/^pneumonia +5 +2 +3$/m);
    expect(shown).toContain('The test split has not been read.');
    expect((await folder.run('datasets', 'verify', 'small')).stdout).toMatch(
      /^Data set small is intact: 3 shards, sha256 /,
    );
  });

  it('imports a second time only where it is told to, and only the same file', async () => {
    await importSmall();
    expect(await importSmall('--if-missing')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Data set small is there already: sha256 /) as string,
    });
    expect(await importSmall()).toMatchObject({ exitCode: 3, stdout: '' });
    const other = await folder.fileWith(
      'other.npz',
      npzFile({ ...smallDataset(), train_labels: byteArray([10, 1], (place) => (place + 1) % 2) }),
    );
    const refused = await folder.run('datasets', 'import', other, '--name', 'small', '--if-missing');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('already has a data set "small"');
  });

  it('names a shard that was damaged', async () => {
    await importSmall();
    const shards = join(folder.path, 'store/datasets/small/shards');
    const [first = ''] = (await readdir(shards)).sort();
    await writeFile(join(shards, first), 'rotten');
    const { exitCode, stderr } = await folder.run('datasets', 'verify', 'small');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error \[dataset_corrupt\] data set "small" has 1 damaged of 3 shards\n {2}shards\/000000/);
  });

  it('lists the others where one has another format version, and marks that one', async () => {
    await importSmall();
    await mkdir(join(folder.path, 'store/datasets/old'));
    await writeFile(join(folder.path, 'store/datasets/old/index.json'), '{"formatVersion": 9}');
    const { exitCode, stdout } = await folder.run('datasets', 'list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^small {2}3×4×1 u1 /m);
    expect(stdout).toMatch(/^old {2}cannot be read: data set "old" has format version 9, this build reads 1$/m);
    expect(JSON.parse((await folder.run('datasets', 'list', '--json')).stdout)).toMatchObject({
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
    const list = JSON.parse((await folder.run('datasets', 'list', '--json')).stdout) as { datasets: unknown[] };
    expect(list.datasets).toHaveLength(1);
  });

  it('says what a missing or unreadable file is', async () => {
    const missing = await folder.run('datasets', 'import', join(folder.path, 'none.npz'), '--name', 'none');
    expect(missing.exitCode).toBe(3);
    expect(missing.stderr).toContain('none.npz: there is no such file\n  next: Name a file, such as:');
    const notZip = await folder.run(
      'datasets',
      'import',
      await folder.fileWith('x.npz', 'text'),
      '--name',
      'x',
      '--json',
    );
    expect(notZip.exitCode).toBe(3);
    expect(JSON.parse(notZip.stdout)).toMatchObject({ error: { code: 'dataset_invalid' } });
  });
});
