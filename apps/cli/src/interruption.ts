import { CollimatorError } from '@collimator/errors';

/** A process's signals, so far as they are listened to. */
interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
}

/**
 * Ctrl-C, SIGTERM and SIGHUP. Work that has to clean up is told and ends by itself; anything else is ended at once.
 * Repeated signals change nothing: the terminal and the starter of the command both send one for the same key.
 */
export class Interruption {
  #current: AbortController | undefined;

  /** @param end ends a command while nothing of it has to clean up */
  constructor(source: SignalSource, end: (error: CollimatorError) => void) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      source.on(signal, () => {
        const error = new CollimatorError('interrupted', `interrupted by ${signal}`);
        if (this.#current === undefined) end(error);
        else this.#current.abort(error);
      });
    }
  }

  /** Does work that ends by itself when the signal aborts; the abort's reason is the error `interrupted`. */
  async during<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    this.#current = controller;
    try {
      return await work(controller.signal);
    } finally {
      this.#current = undefined;
    }
  }
}
