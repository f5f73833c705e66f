/** Sums up the time in which at least one of several overlapping waits goes on. */
export class WaitingTime {
  readonly #nowMs: () => number;
  #waits = 0;
  #since = 0;
  #totalMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get totalMs(): number {
    return this.#totalMs + (this.#waits === 0 ? 0 : this.#nowMs() - this.#since);
  }

  /** Counts the time until a promise is settled, and passes it on. */
  async during<Result>(promise: Promise<Result>): Promise<Result> {
    if (this.#waits === 0) this.#since = this.#nowMs();
    this.#waits += 1;
    try {
      return await promise;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.#totalMs += this.#nowMs() - this.#since;
    }
  }
}
