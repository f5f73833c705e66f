import { parseArgs } from 'node:util';
import { CollimatorError } from '@collimator/errors';

/** What a coordinator process is started with. */
export interface CoordinatorOptions {
  readonly run: string;
  /** Location of the store, for example `file:/home/me/.collimator`. */
  readonly store: string;
  /** Worker processes that will come. */
  readonly workers: number;
  /** From the environment, so that no list of processes shows it. */
  readonly token: string;
}

/**
 * Reads `--run`, `--store`, `--workers` and the variable COLLIMATOR_TOKEN.
 * @throws usage
 */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): CoordinatorOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { run: { type: 'string' }, store: { type: 'string' }, workers: { type: 'string' } },
  });
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1) {
    throw new CollimatorError('usage', `--workers is ${values.workers ?? 'missing'}; allowed: a whole number from 1`);
  }
  return {
    run: required('--run', values.run),
    store: required('--store', values.store),
    workers,
    token: required('COLLIMATOR_TOKEN', env.COLLIMATOR_TOKEN),
  };
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new CollimatorError('usage', `${name} is missing`, { next: 'start runs with "collimator train"' });
}
