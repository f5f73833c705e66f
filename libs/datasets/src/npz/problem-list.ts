import { CollimatorError, type Problem } from '@collimator/errors';

/** Gathers what is wrong with a file, so that a user sees all of it at once. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /** @param next what to do about it, as a sentence. */
  add(field: string, message: string, next: string): void {
    this.#problems.push({ field, message: `${message}. ${next}` });
  }

  /** Runs a check; a problem with the data that it throws is kept, and nothing returned. */
  attempt<Result>(field: string, check: () => Result): Result | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof CollimatorError) || error.code !== 'dataset_invalid') throw error;
      this.add(field, error.message, error.next ?? 'Write the file again.');
      return undefined;
    }
  }

  /** @throws CollimatorError `dataset_invalid` with all problems, if there are any. */
  throwIfAny(what: string): void {
    if (this.isEmpty) return;
    const count = this.#problems.length;
    throw new CollimatorError('dataset_invalid', `${what} has ${count} ${count === 1 ? 'problem' : 'problems'}`, {
      next: 'Mend the file as each problem says, then import it again.',
      problems: this.#problems,
    });
  }
}
