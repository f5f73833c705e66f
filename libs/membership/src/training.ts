import { CollimatorError } from '@collimator/errors';
import { disperseWhenEmpty, failWith } from './ending.ts';
import type { EventOf } from './event.ts';
import { type Membership, type Transition, andThen, enter, unchanged, withWorker } from './membership.ts';
import type { Worker } from './worker.ts';

/** A worker applied a step: equal step must mean equal digest, and no value may be other than finite. */
export function onStep(membership: Membership, event: EventOf<'step'>): Transition {
  if (!isTraining(membership)) return unchanged(membership);
  const { worker: id, step } = event;
  if (event.nonFiniteLanes.length > 0) {
    return failWith(membership, event.atMs, `step ${step} is not finite`, nonFinite(event));
  }
  return andThen(claim(membership, event), (next) =>
    isTraining(next)
      ? completeSteps(withWorker(next, id, { step: Math.max(step, next.workers[id]?.step ?? 0) }))
      : unchanged(next),
  );
}

/** The last step is applied; what follows is evaluation and the end barrier. */
export function onFinishing(membership: Membership, event: EventOf<'finishing'>): Transition {
  if (!isTraining(membership)) return unchanged(membership);
  return andThen(claim(membership, event), (next) =>
    isTraining(next) ? beginFinishing(next, event) : unchanged(next),
  );
}

/** A worker reached the end barrier; it opens when all have, with one digest. */
export function onFinished(membership: Membership, event: EventOf<'finished'>): Transition {
  if (!isTraining(membership) || membership.workers[event.worker]?.phase !== 'ready') return unchanged(membership);
  return andThen(onFinishing(membership, { ...event, kind: 'finishing' }), (next) => {
    if (!isTraining(next)) return unchanged(next);
    const arrived = withWorker(next, event.worker, { phase: 'finished', step: event.step });
    return andThen(completeSteps(arrived), (completed) => openBarrier(completed, event.atMs));
  });
}

function isTraining(membership: Membership): boolean {
  return membership.state === 'Running' || membership.state === 'Finishing';
}

interface StateClaim {
  readonly atMs: number;
  readonly worker: number;
  readonly step: number;
  readonly digest: string;
}

/** Holds a worker's digest of a step against what was reported for that step first. */
function claim(membership: Membership, claimed: StateClaim): Transition {
  const known = membership.digests.get(claimed.step);
  if (known === undefined) {
    const digests = new Map(membership.digests).set(claimed.step, { digest: claimed.digest, worker: claimed.worker });
    return unchanged({ ...membership, digests });
  }
  if (known.digest === claimed.digest) return unchanged(membership);
  const theirs = `after step ${claimed.step} worker ${claimed.worker} has state digest ${claimed.digest}`;
  const error = new CollimatorError('state_mismatch', `${theirs}, worker ${known.worker} has ${known.digest}`, {
    next: `check the memory and the engine of worker ${claimed.worker}'s machine, then train again`,
  });
  return failWith(
    membership,
    claimed.atMs,
    `worker ${claimed.worker} has another state after step ${claimed.step}`,
    error,
  );
}

/** Tells of the newest step that every worker has applied and forgets the digests before it. */
function completeSteps(membership: Membership): Transition {
  const step = Math.min(...membership.workers.map((worker) => worker.step));
  if (step <= membership.completedStep) return unchanged(membership);
  const digests = new Map([...membership.digests].filter(([claimed]) => claimed >= step));
  return {
    membership: { ...membership, completedStep: step, digests },
    decisions: [{ kind: 'complete-step', step, reason: `every worker has applied step ${step}` }],
  };
}

function beginFinishing(membership: Membership, event: { readonly worker: number; readonly step: number }): Transition {
  if (membership.state === 'Finishing') return unchanged(membership);
  return enter(membership, 'Finishing', `worker ${event.worker} has applied the last step, ${event.step}`);
}

function openBarrier(membership: Membership, atMs: number): Transition {
  const { workers } = membership;
  if (!workers.every((worker) => worker.phase === 'finished')) return unchanged(membership);
  const steps = new Set(workers.map((worker) => worker.step));
  if (steps.size > 1) return failWith(membership, atMs, 'the workers ended at different steps', differentEnds(workers));
  const reason = 'every worker has the final digest';
  return andThen(enter({ ...membership, endedAtMs: atMs }, 'Succeeded', reason), (succeeded) =>
    disperseWhenEmpty({
      membership: succeeded,
      decisions: [{ kind: 'release', workers: workers.map((worker) => worker.id), reason }],
    }),
  );
}

function differentEnds(workers: readonly Worker[]): CollimatorError {
  const ends = workers.map((worker) => `worker ${worker.id} at step ${worker.step}`).join(', ');
  return new CollimatorError('state_mismatch', `the workers ended at different steps: ${ends}`);
}

function nonFinite({ worker, step, nonFiniteLanes }: EventOf<'step'>): CollimatorError {
  const lanes = `lane${nonFiniteLanes.length === 1 ? '' : 's'} ${nonFiniteLanes.join(', ')}`;
  return new CollimatorError(
    'non_finite',
    `step ${step}, ${lanes} (worker ${worker}): the loss or a gradient is not finite`,
    {
      next: `lower the learning rate or set spec.training.clip; the weights of step ${step - 1} are the last good ones`,
    },
  );
}
