import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { cutPneumonia } from './cut-npz.ts';
import { collimatorJson, root, temporaryFolder } from './collimator-command.ts';

/** Two steps of 128 and 72 samples, two evaluation units of 64 and 6, a test: every kind of batch in little time. */
const cut = { train: 200, val: 70, test: 64 };

/** A store with PneumoniaMNIST, and a small part of it as `cut`. */
export interface StoreWithData {
  readonly folder: string;
  readonly location: string;
}

/** Makes a store before the tests of a file or block, and removes it after them. */
export function useStoreWithData(): StoreWithData {
  let made: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    made = await temporaryFolder();
    await fill(made.path);
  }, 120_000);
  afterAll(async () => {
    await made[Symbol.asyncDispose]();
  });
  return {
    get folder() {
      return made.path;
    },
    get location() {
      return locationOf(made.path);
    },
  };
}

async function fill(folder: string): Promise<void> {
  const at = ['--store', locationOf(folder)];
  const file = join(root, 'examples/data/pneumoniamnist.npz');
  await collimatorJson(['datasets', 'import', file, '--name', 'pneumoniamnist', ...at]);
  const cutFile = join(folder, 'cut.npz');
  await writeFile(cutFile, await cutPneumonia(file, cut));
  await collimatorJson(['datasets', 'import', cutFile, '--name', 'cut', ...at]);
}

function locationOf(folder: string): string {
  return `file:${folder}`;
}

/** The flags that change fields of a job. */
export function setting(changes: readonly string[]): string[] {
  return changes.flatMap((change) => ['--set', change]);
}
