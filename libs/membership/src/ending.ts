import { CollimatorError, describeUnknown } from '@collimator/errors';
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { type Membership, type Transition, presentWorkers, unchanged } from './membership.ts';
import { type Outcome, isOutcome } from './run-state.ts';
import { type Worker, isGone } from './worker.ts';

/** Why a run is over. */
export interface Ending {
  readonly outcome: Exclude<Outcome, 'Succeeded'>;
  readonly reason: string;
  readonly error?: CollimatorError;
}

/** The run is over without success: tell everyone who is still there, then wait for them to leave. */
export function endRun(before: Membership, atMs: number, ending: Ending): Transition {
  const membership = withoutDetached(before);
  const { outcome, reason } = ending;
  const error = ending.error === undefined ? {} : { error: describeUnknown(ending.error) };
  const workers = presentWorkers(membership).map((worker) => worker.id);
  return disperseWhenEmpty({
    membership: { ...membership, state: outcome, endedAtMs: atMs, suspicion: undefined },
    decisions: [
      { kind: 'enter', state: outcome, reason, ...error },
      { kind: 'stop', workers, reason, ...error },
    ],
  });
}

/** Whose control stream ended while the run went on can neither be told of its end nor take leave. */
function withoutDetached(membership: Membership): Membership {
  const workers = membership.workers.map((worker): Worker => (worker.detached ? { ...worker, phase: 'lost' } : worker));
  return { ...membership, workers };
}

/** A person, or the terminal, stops the run. Once it is over this changes nothing. */
export function onStop(membership: Membership, event: EventOf<'stop'>): Transition {
  if (isOutcome(membership.state)) return unchanged(membership);
  const error = new CollimatorError('interrupted', `the run was stopped: ${event.reason}`);
  return endRun(membership, event.atMs, { outcome: event.outcome, reason: event.reason, error });
}

/** A worker cannot go on and knows why; the run fails with its error. */
export function failWith(membership: Membership, atMs: number, reason: string, error: CollimatorError): Transition {
  return endRun(membership, atMs, { outcome: 'Failed', reason, error });
}

/** After the end: when the last worker is gone the coordinator may go too. */
export function disperseWhenEmpty(transition: Transition): Transition {
  const { membership } = transition;
  if (!isOutcome(membership.state) || !membership.workers.every(isGone)) return transition;
  return disperse(transition, 'every worker has left');
}

/** After the end: workers that do not leave in time are not waited for. */
export function onTickAfterEnd(membership: Membership, atMs: number): Transition {
  const { endedAtMs, options } = membership;
  if (endedAtMs === undefined || atMs - endedAtMs < options.leaveWaitMs) return unchanged(membership);
  const names = presentWorkers(membership).map((worker) => worker.id);
  return disperse(unchanged(membership), `workers ${names.join(', ')} did not leave within ${options.leaveWaitMs} ms`);
}

function disperse({ membership, decisions }: Transition, reason: string): Transition {
  if (membership.dispersed) return { membership, decisions };
  const decision: Decision = { kind: 'disperse', reason };
  return { membership: { ...membership, dispersed: true }, decisions: [...decisions, decision] };
}
