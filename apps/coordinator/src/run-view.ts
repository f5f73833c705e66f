import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { errorFromReport } from '@collimator/errors';
import type { Membership, Worker } from '@collimator/membership';
import { type RunSchema, type WorkerStatusSchema, toErrorMessage } from '@collimator/protocol';
import type { RunFacts } from './run-facts.ts';
import type { RunSetup } from './run-setup.ts';
import { toWireState, toWorkerState } from './wire/to-wire.ts';

/** The whole run, as a new watcher sees it. */
export function runSnapshot(
  setup: RunSetup,
  membership: Membership,
  facts: RunFacts,
): MessageInitShape<typeof RunSchema> {
  return {
    run: setup.run,
    job: setup.job.metadata.name,
    state: toWireState(membership.state),
    reason: facts.reason,
    startedAt: timestampFromMs(facts.startedMs),
    workers: membership.workers.map((worker) => workerStatus(worker, membership, facts)),
    progress: facts.progress.snapshot(setup.elapsedMs()),
    evaluations: facts.evaluations,
    ...(facts.error === undefined ? {} : { error: toErrorMessage(errorFromReport(facts.error)) }),
    ...(facts.endedMs === undefined ? {} : { endedAt: timestampFromMs(facts.endedMs) }),
    ...(facts.weights === undefined ? {} : { weights: facts.weights }),
  };
}

/** One worker: its place in the generation, what it does, its newest phase times. */
export function workerStatus(
  worker: Worker,
  { generation }: Membership,
  facts: RunFacts,
): MessageInitShape<typeof WorkerStatusSchema> {
  const member = generation?.members.find((candidate) => candidate.worker === worker.id);
  const hello = facts.hellos.get(worker.id);
  const phases = facts.phases.get(worker.id);
  return {
    worker: worker.id,
    rank: member?.rank ?? 0,
    lanes: [...(member?.lanes ?? [])],
    host: hello?.machine?.host ?? '',
    state: toWorkerState(worker.phase),
    step: worker.step,
    ...(hello === undefined ? {} : { pid: hello.pid }),
    ...(phases === undefined ? {} : { phases }),
  };
}
