import type { MessageInitShape } from '@bufbuild/protobuf';
import { type ErrorReport, errorFromReport } from '@collimator/errors';
import type { Generation, RunState, WorkerPhase } from '@collimator/membership';
import {
  type CoordinatorMessageSchema,
  RunState as WireRunState,
  WorkerState,
  toErrorMessage,
} from '@collimator/protocol';
import type { RunSetup } from '../run-setup.ts';

/** A message to a worker, before it is made. */
export type CoordinatorStatement = MessageInitShape<typeof CoordinatorMessageSchema>;

const runStates: Readonly<Record<RunState, WireRunState>> = {
  Queued: WireRunState.QUEUED,
  Starting: WireRunState.STARTING,
  Running: WireRunState.RUNNING,
  Finishing: WireRunState.FINISHING,
  Succeeded: WireRunState.SUCCEEDED,
  Failed: WireRunState.FAILED,
  Cancelled: WireRunState.CANCELLED,
  Interrupted: WireRunState.INTERRUPTED,
};

const workerStates: Readonly<Record<WorkerPhase, WorkerState>> = {
  expected: WorkerState.EXPECTED,
  joining: WorkerState.JOINING,
  proven: WorkerState.PROVEN,
  ready: WorkerState.READY,
  finished: WorkerState.FINISHED,
  left: WorkerState.LEFT,
  lost: WorkerState.LOST,
};

export function toWireState(state: RunState): WireRunState {
  return runStates[state];
}

export function toWorkerState(phase: WorkerPhase): WorkerState {
  return workerStates[phase];
}

export function welcome({ run, job, dataset, store, workers }: RunSetup): CoordinatorStatement {
  return { message: { case: 'welcome', value: { run, jobJson: JSON.stringify(job), dataset, store, workers } } };
}

export function refused(error: ErrorReport): CoordinatorStatement {
  return { message: { case: 'refused', value: { error: toErrorMessage(errorFromReport(error)) } } };
}

export function stop(reason: string, error: ErrorReport | undefined): CoordinatorStatement {
  const why = error === undefined ? {} : { error: toErrorMessage(errorFromReport(error)) };
  return { message: { case: 'stop', value: { reason, ...why } } };
}

export function generation({ coordinatorEpoch, number, members }: Generation): CoordinatorStatement {
  const wireMembers = members.map((member) => ({ ...member, lanes: [...member.lanes] }));
  return { message: { case: 'generation', value: { coordinatorEpoch, number, members: wireMembers } } };
}

export function start(number: number): CoordinatorStatement {
  return { message: { case: 'start', value: { generation: number } } };
}

export function release(): CoordinatorStatement {
  return { message: { case: 'release', value: {} } };
}

export function stateChanged(state: RunState, reason: string, error: ErrorReport | undefined) {
  const why = error === undefined ? {} : { error: toErrorMessage(errorFromReport(error)) };
  return { state: toWireState(state), reason, ...why };
}
