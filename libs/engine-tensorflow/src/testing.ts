import type { Engine } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import { beforeEach } from 'vitest';
import { loadEngine } from './load-engine.ts';
import { type EngineLocation, locateEngine } from './setup/index.ts';

/**
 * The installed CPU engine, for one test file. Where it is not installed every test of the file is skipped, and with
 * `CI=true` the file fails.
 */
export async function engineForTests(): Promise<Engine> {
  const files = await installedEngine();
  if (files !== undefined) return loadEngine({ files, device: 'cpu' });
  beforeEach(({ skip }) => {
    skip('the engine is not installed (npx collimator engine install)');
  });
  return missingEngine;
}

/** Whether the engine is there; without it the tests of this file are going to be skipped. */
async function installedEngine(): Promise<EngineLocation | undefined> {
  try {
    return await locateEngine({ device: 'cpu' });
  } catch (error) {
    if (process.env.CI === 'true' || CollimatorError.from(error).code !== 'engine_missing') throw error;
    return undefined;
  }
}

const unavailable = (): never => {
  throw new CollimatorError('engine_missing', 'the engine is not installed');
};

const missingEngine: Engine = {
  get build() {
    return unavailable();
  },
  get device() {
    return unavailable();
  },
  compile: unavailable,
  memory: unavailable,
};
