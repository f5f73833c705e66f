import { type ErrorCode, type ExitCode, exitCodeOf } from './codes.ts';

/** One thing that is wrong with a file, with its place where there is one. */
export interface Problem {
  /** Path of the field (`spec.training.lanes`) or of the part of the file that is wrong. */
  readonly field: string;
  readonly message: string;
  /** One-based line and column in the file. */
  readonly line?: number;
  readonly column?: number;
}

export interface ErrorDetails {
  /** What the user can do about it: an imperative sentence, or a command. */
  readonly next?: string;
  /** All problems at once, where a file was checked. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * The one error type of the product. The message says what, the actual and the allowed value; `next` says what to do.
 * Only the code `bug` is ever printed with a stack trace.
 */
export class CollimatorError extends Error {
  override readonly name = 'CollimatorError';
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.next = details.next;
    this.problems = details.problems ?? [];
  }

  get exitCode(): ExitCode {
    return exitCodeOf(this.code);
  }

  /** Turns anything thrown into this type; what is not ours already is a bug. */
  static from(thrown: unknown): CollimatorError {
    if (thrown instanceof CollimatorError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new CollimatorError('bug', message, { cause: thrown });
  }
}
