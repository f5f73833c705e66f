/** The closed set of error codes, each with the exit code that the command line gives it. */
export const errorCodes = {
  usage: 2,
  job_invalid: 2,
  job_missing: 2,
  dataset_missing: 3,
  dataset_invalid: 3,
  dataset_corrupt: 3,
  dataset_exists: 3,
  format_version: 3,
  object_missing: 3,
  object_exists: 3,
  object_changed: 3,
  store_denied: 3,
  store_read_only: 3,
  store_full: 3,
  store_unreachable: 3,
  run_missing: 3,
  run_ambiguous: 3,
  run_failed: 3,
  run_corrupt: 3,
  run_state: 3,
  weights_corrupt: 3,
  non_finite: 3,
  state_mismatch: 3,
  engine_missing: 4,
  engine_corrupt: 4,
  engine_failed: 4,
  engine_untraceable: 4,
  numeric_class: 4,
  platform_unsupported: 4,
  protocol_version: 4,
  protocol_violation: 4,
  memory_exhausted: 4,
  unauthenticated: 3,
  peer_lost: 5,
  worker_lost: 5,
  interrupted: 5,
  bug: 1,
} as const;

export type ErrorCode = keyof typeof errorCodes;
export type ExitCode = (typeof errorCodes)[ErrorCode];

/** The process exit code that belongs to an error code. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return errorCodes[code];
}
