import { CollimatorError, describeUnknown } from '@collimator/errors';
import { failWith } from './ending.ts';
import type { EventOf } from './event.ts';
import { firstGeneration } from './generation.ts';
import { type Membership, type Transition, andThen, enter, unchanged, withWorker } from './membership.ts';
import { isOutcome } from './run-state.ts';
import type { Introduction, Worker } from './worker.ts';

/** A worker introduces itself: welcomed once, if it is one that was started and speaks this protocol. */
export function onHello(membership: Membership, event: EventOf<'hello'>): Transition {
  const { worker: id, introduction } = event;
  if (isOutcome(membership.state)) return turnAway(membership, id);
  const problem = introductionProblem(membership, id, introduction);
  if (problem !== undefined) return refuse(membership, event.atMs, id, problem);
  const joining = withWorker(membership, id, { phase: 'joining', introduction });
  const welcomed: Transition = {
    membership: joining,
    decisions: [{ kind: 'welcome', worker: id, reason: `worker ${id} said hello from ${introduction.machine.host}` }],
  };
  return membership.state === 'Queued'
    ? andThen(welcomed, (next) => enter(next, 'Starting', 'the first worker said hello'))
    : welcomed;
}

/** The probe lane proves the numeric class; the first one sets the run's. */
export function onProbe(membership: Membership, event: EventOf<'probe'>): Transition {
  const { worker: id, numericClass } = event;
  if (membership.workers[id]?.phase !== 'joining') return unchanged(membership);
  const proven = withWorker(membership, id, { phase: 'proven', numericClass });
  const [worker, reference] = [proven.workers[id], proven.workers[membership.referenceWorker ?? id]];
  if (worker === undefined || reference === undefined) return unchanged(membership);
  const sameClass = reference.numericClass === numericClass;
  if (!sameClass && membership.options.numerics === 'strict') {
    return refuse(membership, event.atMs, id, classMismatch(worker, reference));
  }
  const reason = sameClass
    ? `worker ${id} has the run's numeric class ${numericClass}`
    : `numerics are relaxed: ${describeClass(worker)}; ${describeClass(reference)}`;
  return andThen(
    {
      membership: { ...proven, referenceWorker: membership.referenceWorker ?? id },
      decisions: [{ kind: 'admit', worker: id, sameClass, reason }],
    },
    announceWhenComplete,
  );
}

/** A worker is connected to its peers; with the last one training starts. */
export function onReady(membership: Membership, event: EventOf<'ready'>): Transition {
  const { generation } = membership;
  if (membership.workers[event.worker]?.phase !== 'proven' || event.generation !== generation?.number) {
    return unchanged(membership);
  }
  const next = withWorker(membership, event.worker, { phase: 'ready' });
  if (!next.workers.every((worker) => worker.phase === 'ready')) return unchanged(next);
  const reason = 'every worker is connected';
  return andThen(enter(next, 'Running', reason), (running) => ({
    membership: running,
    decisions: [{ kind: 'start', generation: generation.number, reason }],
  }));
}

function announceWhenComplete(membership: Membership): Transition {
  if (!membership.workers.every((worker) => worker.phase === 'proven')) return unchanged(membership);
  const generation = firstGeneration(membership.workers, membership.options.lanes);
  const reason = 'every worker is here';
  return { membership: { ...membership, generation }, decisions: [{ kind: 'announce', generation, reason }] };
}

/** Membership is fixed: a worker that may not join leaves the run without the workers that it needs. */
function refuse(membership: Membership, atMs: number, id: number, error: CollimatorError): Transition {
  const refused: Transition = {
    membership,
    decisions: [{ kind: 'refuse', worker: id, error: describeUnknown(error), reason: error.message }],
  };
  if (error.code === 'usage') return refused;
  return andThen(refused, (next) =>
    failWith(withWorker(next, id, { phase: 'left' }), atMs, `worker ${id} was refused`, error),
  );
}

/** The run is over before this worker came. */
function turnAway(membership: Membership, id: number): Transition {
  return {
    membership,
    decisions: [{ kind: 'stop', workers: [id], reason: `the run is ${membership.state} already` }],
  };
}

function introductionProblem(membership: Membership, id: number, said: Introduction): CollimatorError | undefined {
  const { options } = membership;
  const known = membership.workers[id];
  if (known === undefined) {
    return new CollimatorError(
      'usage',
      `worker ${id} is not one of this run; its workers are 0 to ${options.workers - 1}`,
    );
  }
  if (known.phase !== 'expected') {
    return new CollimatorError('usage', `worker ${id} has said hello already; an id is never used again`);
  }
  if (said.protocolVersion === options.protocolVersion) return undefined;
  const theirs = `worker ${id} speaks protocol version ${said.protocolVersion} (build ${said.build})`;
  const ours = `this coordinator speaks version ${options.protocolVersion} (build ${options.build})`;
  return new CollimatorError('protocol_version', `${theirs}, ${ours}`, {
    next: 'use one build of Collimator for all processes of a run',
  });
}

function classMismatch(worker: Worker, reference: Worker): CollimatorError {
  const message = `${describeClass(worker)}; ${describeClass(reference)}: they would not give the same bits`;
  return new CollimatorError('numeric_class', message, {
    next: 'use machines of one kind and one engine build, or allow the difference with spec.numerics.mode: relaxed',
  });
}

function describeClass({ id, introduction, numericClass }: Worker): string {
  const { host, cpuModel, engine } = introduction?.machine ?? {
    host: 'unknown',
    cpuModel: 'unknown',
    engine: 'unknown',
  };
  return `worker ${id} on ${host} (${cpuModel}, ${engine}) has numeric class ${numericClass ?? 'unknown'}`;
}
