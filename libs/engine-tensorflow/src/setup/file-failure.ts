import { CollimatorError } from '@collimator/errors';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file system holds no file as large',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  ENOENT: 'a folder of its path is missing',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
};

/** Whether a failed system call was about this path; a read or a write that fails names no path. */
export function concerns(thrown: unknown, path: string, transfer: 'read' | 'write'): boolean {
  const { path: failedPath, syscall } = thrown as NodeJS.ErrnoException;
  return failedPath === path || syscall === transfer;
}

/**
 * An `engine_failed` that says why a file or folder could not be used, for what the user's machine, not our code, is the
 * reason of; anything else stays what it was.
 *
 * @param what such as `the archive /tmp/a.tar.gz cannot be written`.
 */
export function explainFailure(thrown: unknown, what: string, next: string): unknown {
  if (thrown instanceof CollimatorError) return thrown;
  const reason = reasons[(thrown as NodeJS.ErrnoException).code ?? ''];
  return reason === undefined
    ? thrown
    : new CollimatorError('engine_failed', `${what}: ${reason}`, { next, cause: thrown });
}
