import {
  CollimatorError,
  type ErrorCode,
  type ErrorReport,
  describeUnknown,
  errorFromReport,
} from '@collimator/errors';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** The trailer that carries the whole error as JSON, so that a caller gets the very error that the server threw. */
const errorTrailer = 'collimator-error-bin';

/** HTTP/2 header blocks are bounded; a longer report crosses without its problems. */
const trailerBytesMax = 8 * 1024;
const messageCharactersMax = 1024;

const statusByCode: Partial<Record<ErrorCode, status>> = {
  usage: status.INVALID_ARGUMENT,
  job_invalid: status.INVALID_ARGUMENT,
  job_missing: status.NOT_FOUND,
  dataset_missing: status.NOT_FOUND,
  object_missing: status.NOT_FOUND,
  run_missing: status.NOT_FOUND,
  run_ambiguous: status.INVALID_ARGUMENT,
  dataset_exists: status.ALREADY_EXISTS,
  object_exists: status.ALREADY_EXISTS,
  object_changed: status.ABORTED,
  dataset_corrupt: status.DATA_LOSS,
  store_denied: status.PERMISSION_DENIED,
  store_full: status.RESOURCE_EXHAUSTED,
  store_unreachable: status.UNAVAILABLE,
  unauthenticated: status.UNAUTHENTICATED,
  peer_lost: status.UNAVAILABLE,
  worker_lost: status.ABORTED,
  interrupted: status.CANCELLED,
  bug: status.INTERNAL,
};

const codeByStatus: Partial<Record<status, ErrorCode>> = {
  [status.UNAVAILABLE]: 'peer_lost',
  [status.DEADLINE_EXCEEDED]: 'peer_lost',
  [status.CANCELLED]: 'interrupted',
  [status.UNAUTHENTICATED]: 'unauthenticated',
  [status.UNIMPLEMENTED]: 'protocol_version',
};

/** How grpc-js wants a failure: status, text, trailers. Codes without a line above are FAILED_PRECONDITION. */
export interface StatusError {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The gRPC status of anything thrown. */
export function toStatusError(thrown: unknown): StatusError {
  const report = describeUnknown(thrown);
  const metadata = new Metadata();
  metadata.set(errorTrailer, encodeReport(report));
  return {
    code: statusByCode[report.code] ?? status.FAILED_PRECONDITION,
    details: report.message.slice(0, messageCharactersMax),
    metadata,
  };
}

/** The error behind a failed call: the server's own where it sent one, else the nearest code to the status. */
export function fromServiceError(error: Pick<ServiceError, 'code' | 'details' | 'metadata'>): CollimatorError {
  const trailer = (error.metadata as Metadata | undefined)?.get(errorTrailer)[0];
  if (Buffer.isBuffer(trailer)) return errorFromReport(decodeReport(trailer));
  const code = codeByStatus[error.code] ?? 'bug';
  return new CollimatorError(code, `call failed with gRPC status ${status[error.code]}: ${error.details}`, {
    cause: error,
  });
}

function encodeReport(report: ErrorReport): Buffer {
  const whole = Buffer.from(JSON.stringify(report));
  if (whole.length <= trailerBytesMax) return whole;
  return Buffer.from(JSON.stringify({ code: report.code, message: report.message.slice(0, messageCharactersMax) }));
}

function decodeReport(bytes: Buffer): ErrorReport {
  try {
    return JSON.parse(bytes.toString('utf8')) as ErrorReport;
  } catch (cause) {
    return describeUnknown(new CollimatorError('bug', `trailer ${errorTrailer} is not JSON`, { cause }));
  }
}
