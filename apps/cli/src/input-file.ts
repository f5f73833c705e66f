import { readFile } from 'node:fs/promises';
import { CollimatorError, type ErrorCode } from '@collimator/errors';

/** How an unreadable input file is reported. */
interface FileRole {
  /** What the file should be: `job file`. */
  readonly kind: string;
  readonly code: ErrorCode;
  /** A command that gives the file, with a file that exists. */
  readonly next: string;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'its permissions do not allow it',
};

/**
 * The bytes of a file that a user names.
 * @throws CollimatorError with the code of its role where it cannot be read
 */
export async function readInputFile(path: string, { kind, code, next }: FileRole): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code: reason = '', message } = cause as NodeJS.ErrnoException;
    throw new CollimatorError(code, `cannot read the ${kind} ${path}: ${reasons[reason] ?? message}`, { next, cause });
  }
}
