import { CollimatorError } from '@collimator/errors';

/** The first eight bytes of a digest: what frames carry. */
export function digestMark(digest: string): string {
  return digest.slice(0, 16);
}

/**
 * Compares the state digests of peers with our own. A peer may be a round ahead, when our own digest of that state is not
 * yet known: what it said is kept until then.
 */
export class StateWatch {
  readonly #own = new Map<number, string>();
  readonly #heard = new Map<number, Map<number, string>>();

  /** Our own digest before a round; earlier rounds are forgotten. Throws `state_mismatch` naming the worker. */
  know(round: number, digest: string): void {
    this.#own.set(round, digestMark(digest));
    for (const [worker, mark] of this.#heard.get(round) ?? []) this.#compare(round, worker, mark);
    for (const old of [...this.#own.keys(), ...this.#heard.keys()].filter((each) => each < round - 1)) {
      this.#own.delete(old);
      this.#heard.delete(old);
    }
  }

  /** A peer's mark for a round. Throws `state_mismatch` naming the worker. */
  hear(round: number, worker: number, mark: string): void {
    if (this.#own.has(round)) this.#compare(round, worker, mark);
    else {
      const heard = this.#heard.get(round) ?? new Map<number, string>();
      this.#heard.set(round, heard.set(worker, mark));
    }
  }

  #compare(round: number, worker: number, mark: string): void {
    const own = this.#own.get(round);
    if (own === mark) return;
    throw new CollimatorError(
      'state_mismatch',
      `before round ${round} the state of worker ${worker} has digest ${mark}…, ours is ${own ?? 'unknown'}…`,
      { next: 'restart the run from its last checkpoint and report this: equal rounds must have equal digests' },
    );
  }
}
