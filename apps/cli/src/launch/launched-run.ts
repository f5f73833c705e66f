import type { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import type { ObjectStore } from '@collimator/object-store';
import type { RunEvent } from '@collimator/protocol';
import type { RunRecord } from '@collimator/runs';
import type { ProgramFiles } from './program-files.ts';

export interface LaunchOptions {
  readonly job: Job;
  /** Worker processes, 1 to the number of lanes. */
  readonly workers: number;
  /** A store that other processes open by its location. */
  readonly store: ObjectStore;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** The environment that the processes' own is chosen from; that of this process by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Other programs than those of this installation. */
  readonly programs?: Partial<ProgramFiles>;
}

/** How a run ended. */
export interface RunEnd {
  readonly record: RunRecord;
  /** Why, unless it succeeded. */
  readonly error: CollimatorError | undefined;
}

/** A run whose processes are children of this one. */
export interface LaunchedRun {
  readonly run: string;
  /** A snapshot, then every change; one reader. Ends with the run. */
  readonly events: AsyncIterable<RunEvent>;
  /** Interrupts the run; every process has ended within 5 s. Settles then. Idempotent. */
  stop(reason: string): Promise<void>;
  /** Settles when every process has ended; never rejects for what went wrong in the run. */
  readonly finished: Promise<RunEnd>;
}
