/** States of a run with fixed membership, in the order in which they come. */
export const runStates = [
  'Queued',
  'Starting',
  'Running',
  'Finishing',
  'Succeeded',
  'Failed',
  'Cancelled',
  'Interrupted',
] as const;

export type RunState = (typeof runStates)[number];

/** How a run that is over ended. */
export type Outcome = Extract<RunState, 'Succeeded' | 'Failed' | 'Cancelled' | 'Interrupted'>;

/** Nothing leads out of an outcome. */
export function isOutcome(state: RunState): state is Outcome {
  return state === 'Succeeded' || state === 'Failed' || state === 'Cancelled' || state === 'Interrupted';
}
