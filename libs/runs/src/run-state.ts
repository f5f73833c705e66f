import { CollimatorError } from '@collimator/errors';

/** What a run is doing; `docs/reference/json.md` says what each state means. */
export const runStates = [
  'Queued',
  'Starting',
  'Running',
  'Rescaling',
  'Finishing',
  'Succeeded',
  'Failed',
  'Cancelled',
  'Pausing',
  'Paused',
  'Interrupted',
] as const;

export type RunState = (typeof runStates)[number];

const broken = ['Failed', 'Cancelled', 'Interrupted'] as const;

const transitions: Readonly<Record<RunState, readonly RunState[]>> = {
  Queued: ['Starting', ...broken],
  Starting: ['Running', ...broken],
  Running: ['Rescaling', 'Finishing', 'Pausing', ...broken],
  Rescaling: ['Running', 'Pausing', ...broken],
  Finishing: ['Succeeded', ...broken],
  Pausing: ['Paused', ...broken],
  Paused: ['Queued', 'Starting', 'Cancelled'],
  Interrupted: ['Queued', 'Starting', 'Cancelled'],
  Succeeded: [],
  Failed: [],
  Cancelled: [],
};

const over: readonly RunState[] = ['Succeeded', 'Failed', 'Cancelled', 'Paused', 'Interrupted'];

/** The states that may follow a state. */
export function statesAfter(state: RunState): readonly RunState[] {
  return transitions[state];
}

/** Whether no process works on the run any more: it ended, or waits to be resumed. */
export function isOver(state: RunState): boolean {
  return over.includes(state);
}

/** Refuses a step that the states do not allow. Throws `run_state` with those that they do. */
export function requireTransition(run: string, from: RunState, to: RunState): void {
  if (from === to || transitions[from].includes(to)) return;
  const allowed = transitions[from].length === 0 ? 'nothing follows' : `allowed are ${transitions[from].join(', ')}`;
  throw new CollimatorError('run_state', `run ${run} is ${from} and cannot become ${to}; ${allowed}`, {
    next: `Look at it with: collimator runs show ${run}`,
  });
}
