import { CollimatorError } from '@collimator/errors';
import { type ZodType } from 'zod';

/** One line of a chunked JSON file. Throws `run_corrupt`, naming the file. */
export function parseLine<T>(schema: ZodType<T>, line: string, source: string): T {
  const result = schema.safeParse(valueOf(line));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new CollimatorError('run_corrupt', `${source} has a line that cannot be read: ${line.slice(0, 200)}`, {
    next: 'Restore the file from a copy, or remove the line.',
    problems,
  });
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
