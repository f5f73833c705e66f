import { CollimatorError, type Problem } from '@collimator/errors';
import * as z from 'zod';

const versioned = z.object({ formatVersion: z.unknown() });

/** The bytes of a JSON document as runs keep it: indented, one newline at the end. */
export function encodeDocument(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * A reader of one kind of versioned JSON document; unknown keys are ignored. It throws `format_version` for another
 * version's document, naming both, and `run_corrupt` with every problem at once.
 */
export function documentReader<T>(schema: z.ZodType<T>, version: number): (bytes: Uint8Array, source: string) => T {
  return (bytes, source) => {
    const value = parseJson(bytes, source);
    const stated = versioned.safeParse(value).data?.formatVersion;
    if (stated !== undefined && stated !== version) throw otherVersion(source, stated, version);
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw corrupt(source, result.error.issues.map(problemOf));
  };
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt(source, [{ field: '', message: 'is not JSON' }], cause);
  }
}

function problemOf({ path, message }: z.core.$ZodIssue): Problem {
  return { field: path.join('.'), message };
}

function otherVersion(source: string, stated: unknown, version: number): CollimatorError {
  return new CollimatorError(
    'format_version',
    `${source} has format version ${JSON.stringify(stated)}, this build reads ${version}`,
    { next: 'Use the Collimator version that wrote it.' },
  );
}

function corrupt(source: string, problems: readonly Problem[], cause?: unknown): CollimatorError {
  const list = problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  return new CollimatorError('run_corrupt', `${source} cannot be read: ${list}`, {
    next: 'Restore the file from a copy, or train again.',
    problems,
    cause,
  });
}
