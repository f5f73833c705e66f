import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollimatorError } from '@collimator/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingDefinitions, userFilePath } from './setting-names.ts';
import { readSettings } from './settings.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-settings-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('readSettings', () => {
  it.each([
    { title: 'the default', environment: {}, flags: {}, file: undefined, value: 'file:.collimator', origin: 'default' },
    {
      title: 'the user file over the default',
      environment: {},
      flags: {},
      file: 'store: file:b\n',
      value: 'file:b',
      origin: 'USER_FILE',
    },
    {
      title: 'the variable over the user file',
      environment: { COLLIMATOR_STORE: 'file:c' },
      flags: {},
      file: 'store: file:b\n',
      value: 'file:c',
      origin: 'COLLIMATOR_STORE',
    },
    {
      title: 'the flag over the variable',
      environment: { COLLIMATOR_STORE: 'file:c' },
      flags: { store: 'file:d' },
      file: 'store: file:b\n',
      value: 'file:d',
      origin: '--store',
    },
    {
      title: 'an empty variable as none',
      environment: { COLLIMATOR_STORE: '' },
      flags: {},
      file: '# nothing\n',
      value: 'file:.collimator',
      origin: 'default',
    },
  ])('takes $title', async ({ environment, flags, file, value, origin }) => {
    const here = { ...environment, XDG_CONFIG_HOME: folder };
    await writeUserFile(file);
    const { store } = await readSettings(flags, here);
    expect(store).toEqual({ value, origin: origin.replace('USER_FILE', userFilePath(here)) });
  });

  it('has the default engine folder of the engine itself', async () => {
    const { defaultCacheFolder } = await import('@collimator/engine-tensorflow');
    for (const environment of [{}, { XDG_CACHE_HOME: '/caches' }]) {
      expect(settingDefinitions.engineCache.fallback(environment)).toBe(defaultCacheFolder(environment));
    }
  });

  it('refuses a user file with every problem of it', async () => {
    await writeUserFile('stor: file:b\nengineCache: 3\n');
    const thrown: unknown = await readSettings({}, { XDG_CONFIG_HOME: folder }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CollimatorError);
    expect(thrown).toMatchObject({
      code: 'usage',
      message: `${join(folder, 'collimator', 'config.yaml')} has 2 problems`,
      next: 'Correct it; it may set store, engineCache',
      problems: [
        { field: 'stor', message: 'unknown setting "stor"; did you mean "store"?' },
        { field: 'engineCache', message: 'must be text; is 3' },
      ],
    });
  });
});

async function writeUserFile(text: string | undefined): Promise<void> {
  if (text === undefined) return;
  await mkdir(join(folder, 'collimator'));
  await writeFile(join(folder, 'collimator', 'config.yaml'), text);
}
