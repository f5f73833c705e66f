import { CollimatorError } from '@collimator/errors';
import { type ErrorReport, type RunEvent, RunState, fromErrorMessage } from '@collimator/protocol';
import type { Patience } from './end-processes.ts';

/** How a run ended. */
export interface Outcome {
  readonly state: 'Succeeded' | 'Failed' | 'Cancelled' | 'Interrupted';
  /** Why, unless it succeeded. */
  readonly error: CollimatorError | undefined;
}

const outcomes: Partial<Record<RunState, Outcome['state']>> = {
  [RunState.SUCCEEDED]: 'Succeeded',
  [RunState.FAILED]: 'Failed',
  [RunState.CANCELLED]: 'Cancelled',
  [RunState.INTERRUPTED]: 'Interrupted',
};

/** The outcome that an event tells of; undefined while the run goes on. */
export function outcomeOf({ event }: RunEvent): Outcome | undefined {
  if (event.case !== 'stateChanged' && event.case !== 'snapshot') return undefined;
  const state = outcomes[event.value.state];
  return state === undefined ? undefined : { state, error: errorOf(state, event.value.error, event.value.reason) };
}

/** How long the workers, and then the coordinator, may take to end by themselves. */
interface Patiences {
  readonly workers: Patience;
  readonly coordinator: Patience;
}

/** Who still has something to write is given time; what is interrupted has ended after 5 s. */
export function patienceAfter(state: Outcome['state']): Patiences {
  const [workersMs, coordinatorMs] = state === 'Succeeded' || state === 'Failed' ? [8_000, 8_000] : [2_000, 1_500];
  return {
    workers: { beforeTermMs: workersMs, beforeKillMs: 500 },
    coordinator: { beforeTermMs: coordinatorMs, beforeKillMs: 500 },
  };
}

/** The coordinator ended while the run was not over. */
export function coordinatorLost(stderrTail: readonly string[]): CollimatorError {
  const lines = stderrTail.map((line) => `\n  ${line}`).join('');
  const wrote = lines === '' ? 'It wrote nothing to stderr.' : `The last lines of its stderr:${lines}`;
  return new CollimatorError('interrupted', `the coordinator ended before the run was over. ${wrote}`, {
    next: 'read the logs of the run, then train again',
  });
}

function errorOf(state: Outcome['state'], error: ErrorReport | undefined, reason: string): CollimatorError | undefined {
  if (state === 'Succeeded') return undefined;
  return error === undefined ? new CollimatorError('run_failed', reason) : fromErrorMessage(error);
}
