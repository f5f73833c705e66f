import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Arena, createSharedMemory } from '@collimator/arrays';
import { CollimatorError } from '@collimator/errors';
import type { Credentials } from '@collimator/transport';
import { GradientExchange } from './gradient-exchange.ts';
import type { Report, ThreadOptions } from './messages.ts';

export interface ExchangeOptions {
  /** This worker's id. */
  readonly worker: number;
  readonly credentials: Credentials;
  /** Where the tensor server listens; 127.0.0.1 for local runs. */
  readonly host: string;
  /** The most memory that lane vectors, partial sums and reduced vectors may take together; at most 4 GiB. */
  readonly maxBytes: number;
  /** The digest of the state before the first round: 64 hexadecimal digits. */
  readonly initialDigest: string;
  /** Rounds are numbered from here without gaps; 0 by default. */
  readonly firstRound?: number;
}

/**
 * Starts the transport thread and its tensor server.
 * @throws memory_exhausted, bug (a memory of another size than allowed)
 */
export async function startExchange(options: ExchangeOptions): Promise<GradientExchange> {
  const arena = new Arena(createSharedMemory(options.maxBytes));
  const workerData: ThreadOptions = {
    worker: options.worker,
    credentials: options.credentials,
    host: options.host,
    memory: arena.memory,
    initialDigest: options.initialDigest,
    firstRound: options.firstRound ?? 0,
  };
  const thread = new Worker(threadFile(), { workerData, name: 'exchange' });
  const [listening] = (await once(thread, 'message')) as [Report];
  if (listening.type !== 'listening')
    throw new CollimatorError('bug', `the exchange thread began with ${listening.type}`);
  return new GradientExchange(thread, arena, listening.address);
}

/** The thread's file: beside this one, as source or as built. */
function threadFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./exchange-thread.${extension}`, import.meta.url);
}
