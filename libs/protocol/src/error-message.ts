import { create } from '@bufbuild/protobuf';
import {
  type CollimatorError,
  type ErrorReport,
  type Problem,
  describeUnknown,
  errorFromReport,
} from '@collimator/errors';
import {
  type ErrorReport as ErrorMessage,
  ErrorReportSchema,
  type Problem as ProblemMessage,
} from './gen/collimator/v1/error_pb.ts';

/** The message for anything thrown; what is not a `CollimatorError` becomes `bug`. */
export function toErrorMessage(thrown: unknown): ErrorMessage {
  const report = describeUnknown(thrown);
  return create(ErrorReportSchema, {
    code: report.code,
    message: report.message,
    problems: (report.problems ?? []).map((problem) => ({ ...problem })),
    ...(report.next === undefined ? {} : { next: report.next }),
  });
}

/** The error that a message describes; a code that this version does not know becomes `bug`. */
export function fromErrorMessage(message: ErrorMessage): CollimatorError {
  return errorFromReport({
    code: message.code as ErrorReport['code'],
    message: message.message,
    ...(message.next === undefined ? {} : { next: message.next }),
    ...(message.problems.length === 0 ? {} : { problems: message.problems.map(toProblem) }),
  });
}

function toProblem(problem: ProblemMessage): Problem {
  return {
    field: problem.field,
    message: problem.message,
    ...(problem.line === undefined ? {} : { line: problem.line }),
    ...(problem.column === undefined ? {} : { column: problem.column }),
  };
}
