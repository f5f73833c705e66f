import { timingSafeEqual } from 'node:crypto';
import { CollimatorError } from '@collimator/errors';
import type { Credentials } from '@collimator/transport';
import { Metadata } from '@grpc/grpc-js';

const runKey = 'collimator-run';
const tokenKey = 'authorization';
const scheme = 'Bearer ';

/** The metadata that proves a call's right to a run. */
export function callMetadata(credentials: Credentials): Metadata {
  const metadata = new Metadata();
  metadata.set(runKey, credentials.run);
  metadata.set(tokenKey, `${scheme}${credentials.token}`);
  return metadata;
}

/**
 * Admits a call to the run of these credentials.
 * @throws unauthenticated (missing or wrong token), run_missing (a token of this process, but another run's id).
 */
export function authenticate(metadata: Metadata, expected: Credentials): void {
  if (!sameSecret(first(metadata, tokenKey), `${scheme}${expected.token}`)) {
    throw new CollimatorError('unauthenticated', 'the call carries no valid token of this run', {
      next: 'start processes of a run through "collimator train", which hands them its token',
    });
  }
  const run = first(metadata, runKey);
  if (run !== expected.run) {
    throw new CollimatorError('run_missing', `the call names run "${run}"; this process serves "${expected.run}"`);
  }
}

function first(metadata: Metadata, key: string): string {
  return metadata.get(key)[0]?.toString() ?? '';
}

/** Compares in a time that does not depend on where the first difference is. */
function sameSecret(actual: string, expected: string): boolean {
  const a = Buffer.from(actual);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
