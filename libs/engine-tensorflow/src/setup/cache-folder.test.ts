import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { defaultCacheFolder } from './cache-folder.ts';

describe('defaultCacheFolder', () => {
  it.each([
    { environment: { COLLIMATOR_ENGINE_CACHE: '/engines', XDG_CACHE_HOME: '/cache' }, folder: '/engines' },
    { environment: { XDG_CACHE_HOME: '/cache' }, folder: '/cache/collimator/engine' },
    { environment: { COLLIMATOR_ENGINE_CACHE: '' }, folder: join(homedir(), '.cache/collimator/engine') },
  ])('of $environment is $folder', ({ environment, folder }) => {
    expect(defaultCacheFolder(environment)).toBe(folder);
  });
});
