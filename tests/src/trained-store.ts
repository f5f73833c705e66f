import { join } from 'node:path';
import { collimatorJson, root, temporaryFolder } from './collimator-command.ts';

/** A store with PneumoniaMNIST that is gone when the block ends. */
export async function storeWithData(): Promise<
  AsyncDisposable & { readonly folder: string; readonly location: string }
> {
  const folder = await temporaryFolder();
  const location = `file:${folder.path}`;
  const file = join(root, 'examples/data/pneumoniamnist.npz');
  await collimatorJson(['datasets', 'import', file, '--name', 'pneumoniamnist', '--store', location]);
  return { folder: folder.path, location, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** The flags that change fields of a job. */
export function setting(changes: readonly string[]): string[] {
  return changes.flatMap((change) => ['--set', change]);
}
