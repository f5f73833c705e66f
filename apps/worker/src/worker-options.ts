import { parseArgs } from 'node:util';
import { CollimatorError } from '@collimator/errors';
import type { PeerAddress } from '@collimator/transport';

/** What the process that starts a worker tells it. */
export interface WorkerOptions {
  readonly run: string;
  /** The worker's id. */
  readonly worker: number;
  readonly coordinator: PeerAddress;
  /** How many lanes run at once: this worker's share of the machine's cores. */
  readonly lanesAtOnce: number;
  /** Random, one per run; from the environment, so that no process list shows it. */
  readonly token: string;
}

/** Reads `--run ID --worker N --coordinator HOST:PORT --lanes-at-once N` and `COLLIMATOR_TOKEN`. Throws `usage`. */
export function readWorkerOptions(args: readonly string[], env: NodeJS.ProcessEnv): WorkerOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      run: { type: 'string' },
      worker: { type: 'string' },
      coordinator: { type: 'string' },
      'lanes-at-once': { type: 'string' },
    },
  });
  const required = (name: keyof typeof values): string => {
    const value = values[name];
    if (value === undefined) throw usage(`--${name} is missing`);
    return value;
  };
  const token = env.COLLIMATOR_TOKEN;
  if (token === undefined || token === '') throw usage('COLLIMATOR_TOKEN is not set');
  return {
    run: required('run'),
    worker: wholeNumber('worker', required('worker'), 0),
    coordinator: address(required('coordinator')),
    lanesAtOnce: wholeNumber('lanes-at-once', required('lanes-at-once'), 1),
    token,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw usage(`--${name} is "${text}", allowed is a whole number from ${least}`);
}

function address(text: string): PeerAddress {
  const separator = text.lastIndexOf(':');
  const port = Number(text.slice(separator + 1));
  if (separator <= 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw usage(`--coordinator is "${text}", allowed is HOST:PORT`);
  }
  return { host: text.slice(0, separator), port };
}

function usage(message: string): CollimatorError {
  return new CollimatorError('usage', message, {
    next: 'workers are started by "collimator train"; to train, run "npx collimator train JOB.yaml"',
  });
}
