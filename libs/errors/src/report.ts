import { CollimatorError, type Problem } from './collimator-error.ts';
import { type ErrorCode, errorCodes } from './codes.ts';

/** The form in which an error crosses a process boundary or is printed with `--json`. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
  readonly problems?: readonly Problem[];
}

/** The report of anything thrown. */
export function describeUnknown(thrown: unknown): ErrorReport {
  const error = CollimatorError.from(thrown);
  return {
    code: error.code,
    message: error.message,
    ...(error.next === undefined ? {} : { next: error.next }),
    ...(error.problems.length === 0 ? {} : { problems: error.problems }),
  };
}

/** The error that a report describes; an unknown code (a newer peer's) becomes `bug`. */
export function errorFromReport(report: ErrorReport): CollimatorError {
  const code = Object.hasOwn(errorCodes, report.code) ? report.code : 'bug';
  return new CollimatorError(code, report.message, {
    ...(report.next === undefined ? {} : { next: report.next }),
    ...(report.problems === undefined ? {} : { problems: report.problems }),
  });
}
