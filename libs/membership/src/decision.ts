import type { ErrorReport } from '@collimator/errors';
import type { Generation } from './generation.ts';
import type { RunState } from './run-state.ts';

/** What is to be done, each with the reason for people. Carrying it out is the caller's part. */
export type Decision = { readonly reason: string } & (
  | { readonly kind: 'welcome'; readonly worker: number }
  | { readonly kind: 'refuse'; readonly worker: number; readonly error: ErrorReport }
  /** The worker's numeric class is accepted; the reason says whether it is another one than the first's. */
  | { readonly kind: 'admit'; readonly worker: number; readonly sameClass: boolean }
  | { readonly kind: 'announce'; readonly generation: Generation }
  | { readonly kind: 'start'; readonly generation: number }
  /** Every member has applied all steps up to this one. */
  | { readonly kind: 'complete-step'; readonly step: number }
  | { readonly kind: 'enter'; readonly state: RunState; readonly error?: ErrorReport }
  /** Open the end barrier for these workers. */
  | { readonly kind: 'release'; readonly workers: readonly number[] }
  | { readonly kind: 'stop'; readonly workers: readonly number[]; readonly error?: ErrorReport }
  /** Nobody is left, or nobody will answer any more: the coordinator may go. */
  | { readonly kind: 'disperse' }
);
