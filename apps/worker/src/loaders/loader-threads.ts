import { Worker } from 'node:worker_threads';
import { CollimatorError, errorFromReport } from '@collimator/errors';
import { type BatchSlot } from './batch-slot.ts';
import { type BatchReply, type BatchRequest, type BatchTask } from './batch-task.ts';
import { type BatchOptions } from './loader-options.ts';

interface Waiting {
  readonly resolve: (samples: readonly number[]) => void;
  readonly reject: (error: CollimatorError) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** This file is a .ts in the sources and a .js in a build; the thread's entry beside it likewise. */
const entry = new URL(`./loader-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Loader threads, each given tasks in turn; the one with the least to do gets the next. */
export class LoaderThreads {
  readonly #threads: readonly Thread[];
  #requests = 0;
  #closed = false;

  constructor(options: BatchOptions, count: number) {
    this.#threads = Array.from({ length: count }, () => this.#start(options));
  }

  /** Has a slot filled; returns the samples in it. Rejects with the thread's error. */
  build(task: BatchTask, slot: BatchSlot): Promise<readonly number[]> {
    if (this.#closed) return Promise.reject(closedError());
    const thread = this.#threads.reduce((least, each) => (each.waiting.size < least.waiting.size ? each : least));
    const request: BatchRequest = { request: this.#requests, task, slot };
    this.#requests += 1;
    return new Promise((resolve, reject) => {
      thread.waiting.set(request.request, { resolve, reject });
      thread.worker.postMessage(request);
    });
  }

  /** Ends all threads; what is still waited for is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(options: BatchOptions): Thread {
    const worker = new Worker(entry, { workerData: options });
    const waiting = new Map<number, Waiting>();
    let failure: CollimatorError | undefined;
    worker.on('message', (reply: BatchReply) => {
      const asked = waiting.get(reply.request);
      waiting.delete(reply.request);
      if ('error' in reply) asked?.reject(errorFromReport(reply.error));
      else asked?.resolve(reply.samples);
    });
    worker.on('error', (error) => {
      failure = CollimatorError.from(error);
    });
    worker.on('exit', (code) => {
      const error =
        failure ??
        (this.#closed ? closedError() : new CollimatorError('bug', `a loader thread ended with code ${code}`));
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    return { worker, waiting };
  }
}

function closedError(): CollimatorError {
  return new CollimatorError('interrupted', 'the loaders are closed');
}
