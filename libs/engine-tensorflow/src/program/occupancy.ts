import { CollimatorError } from '@collimator/errors';

/**
 * Who may touch a program's state now: several runs share it, an update or a copy owns it alone. Breaking the rule is a
 * bug of the caller and refused, never waited for: a lane that waited would be computed on other weights than it was
 * meant for.
 */
export class Occupancy {
  readonly #runs = new Set<Promise<unknown>>();
  #owned = false;
  #unusable: string | undefined;

  /** Computes without changing anything. Throws `bug` while the state is owned. */
  async share<T>(body: () => Promise<T>): Promise<T> {
    this.#assertUsable();
    if (this.#owned)
      throw new CollimatorError('bug', 'a run was started while the weights were being changed or copied');
    const run = body();
    this.#runs.add(run);
    try {
      return await run;
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Has the state for itself. Throws `bug` while a run is in flight. */
  async own<T>(body: () => Promise<T>): Promise<T> {
    this.#assertUsable();
    if (this.#owned || this.#runs.size > 0) {
      throw new CollimatorError(
        'bug',
        `the weights were to be changed or copied with ${this.#runs.size} runs in flight`,
      );
    }
    this.#owned = true;
    try {
      return await body();
    } finally {
      this.#owned = false;
    }
  }

  /** Changes the state, as its owner; where that fails nobody knows what the state is, and nothing else may run. */
  async change(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      this.#unusable = `its weights were left half changed: ${String(error)}`;
      throw error;
    }
  }

  /** Waits for runs in flight and refuses whatever comes later. */
  async end(): Promise<void> {
    this.#unusable ??= 'it is closed';
    await Promise.allSettled(this.#runs);
  }

  #assertUsable(): void {
    if (this.#unusable === undefined) return;
    throw new CollimatorError('engine_failed', `the program cannot be used any more: ${this.#unusable}`);
  }
}
