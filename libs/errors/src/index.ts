export { CollimatorError, type ErrorDetails, type Problem } from './collimator-error.ts';
export { errorCodes, exitCodeOf, type ErrorCode, type ExitCode } from './codes.ts';
export { describeUnknown, errorFromReport, type ErrorReport } from './report.ts';
