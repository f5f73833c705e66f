import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStoreCompliance } from '@collimator/testkit';
import { FilesObjectStore } from './files-object-store.ts';

objectStoreCompliance('FilesObjectStore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collimator-store-'));
  return { store: new FilesObjectStore(folder), dispose: () => rm(folder, { recursive: true }) };
});
