import type { Job } from '@collimator/job';

/** What a coordinator knows of its run before anybody joins. */
export interface RunSetup {
  readonly run: string;
  readonly job: Job;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** Location of the store, for the workers. */
  readonly store: string;
  readonly workers: number;
  /** Version of the program. */
  readonly build: string;
  /** The moment in milliseconds since 1970, for records: it may jump, also back. */
  readonly nowMs: () => number;
  /** Milliseconds since some moment, for durations: it only goes forward. */
  readonly elapsedMs: () => number;
}
