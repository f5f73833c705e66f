import { CollimatorError } from '@collimator/errors';

/** The errno code of a thrown file system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the error says that nothing is at a path: nothing of that name, or a file where a folder should be. */
export function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

/**
 * The store's error for a failed file operation.
 *
 * @returns `store_denied`, `store_read_only`, `store_full`, `store_unreachable` (I/O errors, too many open files), or `object_exists`
 *   where a folder stands in the place of an object or an object in the place of a folder. What is ours already passes.
 */
export function storeError(error: unknown, location: string, action: string): CollimatorError {
  if (error instanceof CollimatorError) return error;
  const detail = `cannot ${action} in store ${location} (${errnoOf(error) ?? String(error)})`;
  switch (errnoOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return new CollimatorError('store_denied', `access denied: ${detail}`, {
        next: `Give this user read and write permission on ${pathOf(location)}, or choose another store with --store.`,
        cause: error,
      });
    case 'EROFS':
      return new CollimatorError('store_read_only', `the file system is read-only: ${detail}`, {
        next: 'Mount it writable, or choose another store with --store.',
        cause: error,
      });
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new CollimatorError('store_full', `no space is left: ${detail}`, {
        next: `Free space or raise the quota of the file system of ${pathOf(location)}, or choose another store with --store.`,
        cause: error,
      });
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new CollimatorError('object_exists', `an object and a folder cannot have the same name: ${detail}`, {
        next: 'Choose another name.',
        cause: error,
      });
    default:
      return new CollimatorError('store_unreachable', `the file system failed: ${detail}`, {
        next: `Check the disk or the network mount of ${pathOf(location)}, then try again.`,
        cause: error,
      });
  }
}

function pathOf(location: string): string {
  return location.replace(/^file:/, '');
}
