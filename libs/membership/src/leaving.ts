import { CollimatorError, errorFromReport } from '@collimator/errors';
import { disperseWhenEmpty, endRun, failWith, onTickAfterEnd } from './ending.ts';
import type { EventOf } from './event.ts';
import { type Membership, type Suspicion, type Transition, unchanged, withWorker } from './membership.ts';
import { isOutcome } from './run-state.ts';
import { type ProcessExit, type Worker, isGone } from './worker.ts';

/** A worker cannot go on. Its own error fails the run; a complaint about a peer waits for evidence. */
export function onFailed(membership: Membership, event: EventOf<'failed'>): Transition {
  if (isOutcome(membership.state) || membership.workers[event.worker] === undefined) return unchanged(membership);
  const error = errorFromReport(event.error);
  if (error.code !== 'peer_lost') return failWith(membership, event.atMs, `worker ${event.worker} failed`, error);
  const accusing = withWorker(membership, event.worker, { accuses: true });
  return suspect(accusing, { sinceMs: event.atMs, worker: event.worker, complaint: error.message });
}

/** A control stream ended. That alone is no evidence; after the end of the run it means that the worker left. */
export function onStreamClosed(membership: Membership, event: EventOf<'stream-closed'>): Transition {
  const worker = membership.workers[event.worker];
  if (worker === undefined || isGone(worker)) return unchanged(membership);
  if (isOutcome(membership.state)) return leave(membership, event.worker);
  const detached = withWorker(membership, worker.id, { detached: true });
  return suspect(detached, { sinceMs: event.atMs, worker: worker.id, complaint: undefined });
}

/** Evidence: a process has ended. Before the end of the run its worker is lost, unless it ended because of another. */
export function onExited(membership: Membership, event: EventOf<'exited'>): Transition {
  const worker = membership.workers[event.worker];
  if (worker === undefined || isGone(worker)) return unchanged(membership);
  if (isOutcome(membership.state)) return leave(membership, event.worker);
  const lost = withWorker(membership, worker.id, { phase: 'lost' });
  if (worker.accuses) return unchanged(lost);
  const how = howItEnded(worker, event.exit);
  return interrupt(lost, event.atMs, how, lostError(how, event.exit));
}

/** Time passes: a suspicion without evidence is decided after its wait, and so is the wait for workers to leave. */
export function onTick(membership: Membership, event: EventOf<'tick'>): Transition {
  if (isOutcome(membership.state)) return onTickAfterEnd(membership, event.atMs);
  const { suspicion, options } = membership;
  if (suspicion === undefined || event.atMs - suspicion.sinceMs < options.evidenceWaitMs) return unchanged(membership);
  const error = suspicionError(suspicion, options.evidenceWaitMs);
  return interrupt(membership, event.atMs, error.message, error);
}

/** Only the oldest suspicion counts: what follows it is mostly its consequence. */
function suspect(membership: Membership, suspicion: Suspicion): Transition {
  return unchanged({ ...membership, suspicion: membership.suspicion ?? suspicion });
}

function leave(membership: Membership, id: number): Transition {
  return disperseWhenEmpty(unchanged(withWorker(membership, id, { phase: 'left' })));
}

function interrupt(membership: Membership, atMs: number, reason: string, error: CollimatorError): Transition {
  return endRun(membership, atMs, { outcome: 'Interrupted', reason, error });
}

function howItEnded(worker: Worker, { exitCode, signal }: ProcessExit): string {
  const how = signal === undefined ? `ended with exit code ${exitCode ?? 'unknown'}` : `was killed by ${signal}`;
  return `worker ${worker.id} ${how} ${worker.step === 0 ? 'before its first step' : `after step ${worker.step}`}`;
}

function lostError(how: string, { stderrTail }: ProcessExit): CollimatorError {
  const lines = stderrTail.map((line) => `\n  ${line}`).join('');
  const wrote = lines === '' ? 'It wrote nothing to stderr.' : `The last lines of its stderr:${lines}`;
  return new CollimatorError('worker_lost', `${how}. ${wrote}`, { next: 'mend the cause, then train again' });
}

function suspicionError({ worker, complaint }: Suspicion, waitMs: number): CollimatorError {
  const what = complaint === undefined ? `lost its control stream` : `reports: ${complaint}`;
  const message = `worker ${worker} ${what}; within ${waitMs} ms nobody reported that a process ended`;
  return new CollimatorError(complaint === undefined ? 'worker_lost' : 'peer_lost', message, {
    next: 'read the logs of the run, then train again',
  });
}
