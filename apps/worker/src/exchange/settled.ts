import type { CollimatorError } from '@collimator/errors';

/** A promise with its ends. */
export interface Settled<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: CollimatorError) => void;
}

/** A promise that somebody else settles. Nobody has to listen: a rejection without a listener is no crash. */
export function settled<T>(): Settled<T> {
  const ends = Promise.withResolvers<T>();
  ends.promise.catch(() => undefined);
  return ends;
}
