import type { ErrorReport } from '@collimator/errors';
import type { Introduction, ProcessExit } from './worker.ts';

/** What happened, as the machine is told. Times are milliseconds of any clock that only goes forward. */
export type MembershipEvent = { readonly atMs: number } & (
  | { readonly kind: 'hello'; readonly worker: number; readonly introduction: Introduction }
  | { readonly kind: 'probe'; readonly worker: number; readonly numericClass: string }
  | { readonly kind: 'ready'; readonly worker: number; readonly generation: number }
  | StepEvent
  | { readonly kind: 'finishing'; readonly worker: number; readonly step: number; readonly digest: string }
  | { readonly kind: 'finished'; readonly worker: number; readonly step: number; readonly digest: string }
  | { readonly kind: 'failed'; readonly worker: number; readonly error: ErrorReport }
  | { readonly kind: 'stream-closed'; readonly worker: number }
  | { readonly kind: 'exited'; readonly worker: number; readonly exit: ProcessExit }
  | { readonly kind: 'stop'; readonly outcome: 'Cancelled' | 'Interrupted'; readonly reason: string }
  | { readonly kind: 'tick' }
);

/** A worker applied a step, or found values in it that are not finite. */
export interface StepEvent {
  readonly kind: 'step';
  readonly worker: number;
  /** Steps applied so far: 1 after the first. */
  readonly step: number;
  /** State digest after the step. */
  readonly digest: string;
  readonly nonFiniteLanes: readonly number[];
}

/** The event of one kind. */
export type EventOf<Kind extends MembershipEvent['kind']> = Extract<MembershipEvent, { readonly kind: Kind }>;
