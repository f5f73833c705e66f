import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutPneumonia } from './cut-npz.ts';
import { collimatorJson, root, temporaryFolder } from './collimator-command.ts';

/** Two steps of 128 and 72 samples, two evaluation units of 64 and 6, a test: every kind of batch in little time. */
const cut = { train: 200, val: 70, test: 64 };

/** A store with PneumoniaMNIST, and a small part of it as `cut`, that is gone when the block ends. */
export async function storeWithData(): Promise<
  AsyncDisposable & { readonly folder: string; readonly location: string }
> {
  const folder = await temporaryFolder();
  const location = `file:${folder.path}`;
  const file = join(root, 'examples/data/pneumoniamnist.npz');
  await collimatorJson(['datasets', 'import', file, '--name', 'pneumoniamnist', '--store', location]);
  const cutFile = join(folder.path, 'cut.npz');
  await writeFile(cutFile, await cutPneumonia(file, cut));
  await collimatorJson(['datasets', 'import', cutFile, '--name', 'cut', '--store', location]);
  return { folder: folder.path, location, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** The flags that change fields of a job. */
export function setting(changes: readonly string[]): string[] {
  return changes.flatMap((change) => ['--set', change]);
}
