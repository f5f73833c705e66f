import { CollimatorError } from '@collimator/errors';

/** The error of reading what is not there. */
export function objectMissing(location: string, key: string, cause?: unknown): CollimatorError {
  return new CollimatorError('object_missing', `store ${location} has no object "${key}"`, {
    next: 'Check the store (--store) and the name; the object may have been deleted.',
    cause,
  });
}

/** The error of a put under the condition `absent` where something is. */
export function objectExists(location: string, key: string, cause?: unknown): CollimatorError {
  return new CollimatorError('object_exists', `store ${location} already has an object "${key}"`, {
    next: 'Choose another name, or delete the object first.',
    cause,
  });
}

/** The error of a put under the condition `version` where the object is another version, or gone. */
export function objectChanged(
  location: string,
  key: string,
  expected: string,
  actual: string | undefined,
): CollimatorError {
  const found = actual === undefined ? 'it is gone' : `it is version ${actual}`;
  return new CollimatorError(
    'object_changed',
    `object "${key}" in store ${location} changed: expected version ${expected}, ${found}`,
    {
      next: 'Another process wrote it; read it again and repeat the change.',
    },
  );
}
