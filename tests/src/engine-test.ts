import { locateEngine } from '@collimator/engine-tensorflow';
import { it } from 'vitest';

const isInstalled = await locateEngine().then(
  () => true,
  () => false,
);

/** A test that trains: skipped where the engine is not installed, except in CI, where it then fails. */
export const engineTest: typeof it.skip = it.skipIf(!isInstalled && process.env.CI !== 'true');
