import { CollimatorError, type Problem } from '@collimator/errors';

const longestKey = 1024;
const longestSegment = 200;
const segmentPattern = /^[A-Za-z0-9_][A-Za-z0-9._=+@-]*$/;

/**
 * Refuses a key that some store could not keep, or that would leave a store's folder: keys are segments of letters, digits and
 * `. _ = + @ -`, joined by single slashes; a segment starts with a letter, a digit or `_`, so that `..` and hidden names cannot occur.
 *
 * @throws CollimatorError `usage`, naming the key and what is wrong with it.
 */
export function checkObjectKey(key: string): void {
  const problems = problemsOfKey(key);
  if (problems.length === 0) return;
  throw new CollimatorError(
    'usage',
    `object key ${JSON.stringify(key)} is not valid: ${problems.map(({ message }) => message).join('; ')}`,
    {
      next: 'Use names of letters, digits and . _ = + @ - that start with a letter or a digit.',
      problems,
    },
  );
}

/** Like {@link checkObjectKey}, for a list prefix: empty, or a key with or without its last part finished. */
export function checkObjectPrefix(prefix: string): void {
  const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (folder !== '') checkObjectKey(folder);
}

function problemsOfKey(key: string): Problem[] {
  const messages: string[] = [];
  if (key.length > longestKey) messages.push(`it has ${key.length} characters, at most ${longestKey} are allowed`);
  for (const segment of key.split('/')) {
    if (segment === '') messages.push('it has an empty part');
    else if (segment.length > longestSegment) {
      messages.push(
        `the part ${JSON.stringify(segment.slice(0, 20))}… has ${segment.length} characters, at most ${longestSegment} are allowed`,
      );
    } else if (!segmentPattern.test(segment))
      messages.push(`the part ${JSON.stringify(segment)} has characters that are not allowed`);
  }
  return messages.map((message) => ({ field: 'key', message }));
}
