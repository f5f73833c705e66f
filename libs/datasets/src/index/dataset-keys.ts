import { CollimatorError } from '@collimator/errors';

const namePattern = /^[a-z0-9][a-z0-9._-]{0,59}$/i;

export const datasetsPrefix = 'datasets/';

/**
 * Refuses names that could not be a folder of a store.
 *
 * @throws CollimatorError `usage`.
 */
export function checkDatasetName(name: string): void {
  if (namePattern.test(name)) return;
  throw new CollimatorError(
    'usage',
    `data set name ${JSON.stringify(name)} is not valid; allowed: 1 to 60 letters, digits, dots, dashes, underscores`,
    {
      next: 'Choose a name such as pneumoniamnist.',
    },
  );
}

export function datasetPrefix(name: string): string {
  return `${datasetsPrefix}${name}/`;
}

export function indexKey(name: string): string {
  return `${datasetPrefix(name)}index.json`;
}
