import { CollimatorError } from '@collimator/errors';

/** The longest that the thread keeps its sockets waiting. */
const sliceMs = 2;

/**
 * Runs small pieces of work in order, in slices between which the event loop serves the network. After a piece that throws
 * nothing runs any more: later pieces count on it.
 */
export class WorkQueue {
  readonly #failed: (error: CollimatorError) => void;
  #work: (() => void)[] = [];
  #next = 0;
  #running = false;
  #broken = false;

  constructor(failed: (error: CollimatorError) => void) {
    this.#failed = failed;
  }

  push(piece: () => void): void {
    if (this.#broken) return;
    this.#work.push(piece);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(this.#runSlice);
  }

  readonly #runSlice = (): void => {
    const end = performance.now() + sliceMs;
    try {
      while (this.#next < this.#work.length && performance.now() < end) this.#runNext();
    } catch (error) {
      this.#broken = true;
      this.#idle();
      this.#failed(CollimatorError.from(error));
    }
    if (this.#next < this.#work.length) setImmediate(this.#runSlice);
    else this.#idle();
  };

  #runNext(): void {
    const piece = this.#work[this.#next];
    this.#next += 1;
    piece?.();
  }

  #idle(): void {
    this.#work = [];
    this.#next = 0;
    this.#running = false;
  }
}
