import type { CollimatorError, Problem } from '@collimator/errors';

/**
 * An error for people: what, the actual and the allowed value, every problem with its place, what to do next.
 * Only a bug has its stack trace.
 */
export function renderError(error: CollimatorError): string[] {
  return [
    `error [${error.code}] ${error.message}`,
    ...error.problems.map(problemLine),
    ...(error.next === undefined ? [] : [`  next: ${error.next}`]),
    ...(error.code === 'bug' ? bugLines(error) : []),
  ];
}

function problemLine({ line, column, field, message }: Problem): string {
  const place = line === undefined ? undefined : `line ${line}, column ${column ?? 1}`;
  const where = [place, field === '' ? undefined : field].filter((part) => part !== undefined);
  return `  ${where.length === 0 ? '' : `${where.join(': ')}: `}${message}`;
}

function bugLines(error: CollimatorError): string[] {
  const origin = error.cause instanceof Error ? error.cause : error;
  return ['  next: This is a bug of Collimator; please report it with the lines below', origin.stack ?? ''];
}
