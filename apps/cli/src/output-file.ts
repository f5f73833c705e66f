import { rename, rm, writeFile } from 'node:fs/promises';
import { CollimatorError } from '@collimator/errors';

/**
 * Writes a whole file or nothing: aside first, then renamed over what was there.
 * @throws CollimatorError `usage` where it cannot be written
 */
export async function writeOutputFile(path: string, content: string): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    const { message } = cause as Error;
    throw new CollimatorError('usage', `cannot write ${path}: ${message}`, {
      next: 'Name a file in a folder that exists',
      cause,
    });
  }
}
