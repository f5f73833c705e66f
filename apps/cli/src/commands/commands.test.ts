import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFolder } from '../testing/command-folder.ts';
import { runCommand } from '../testing/run-command.ts';

let folder: CommandFolder;

beforeEach(async () => {
  folder = await CommandFolder.create();
});

afterEach(async () => {
  await folder.remove();
});

describe('runs and logs', () => {
  it('list nothing in a new store, and name what is missing', async () => {
    expect((await folder.run('runs', 'list')).stdout).toBe('No runs. Start one with: npx collimator train JOB.yaml\n');
    expect(JSON.parse((await folder.run('runs', 'list', '--json')).stdout)).toEqual({ formatVersion: 1, runs: [] });
    for (const words of [
      ['runs', 'show', 'latest'],
      ['logs', 'latest'],
      ['evaluate', 'latest', '--split', 'val'],
    ]) {
      expect(await folder.run(...words)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('run_missing') as string,
      });
    }
  });
});

describe('stores', () => {
  it('of another format version are refused with both named', async () => {
    await mkdir(join(folder.path, 'store'));
    await writeFile(join(folder.path, 'store/collimator.json'), '{"formatVersion": 9}');
    const { exitCode, stderr } = await folder.run('datasets', 'list');
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
    const environment = { COLLIMATOR_STORE: folder.store, COLLIMATOR_STOER: 'x' };
    const { stdout } = await runCommand(['doctor'], environment);
    expect(stdout).toMatch(/^ok {4}platform /);
    expect(stdout).toContain(`store        ${folder.store}  (COLLIMATOR_STORE)`);
    expect(stdout).toMatch(/FAIL {2}environment +COLLIMATOR_STOER is unknown\n +remedy: unset COLLIMATOR_STOER\n/);
  });
});
