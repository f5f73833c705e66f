import { CollimatorError, describeUnknown } from '@collimator/errors';
import type { Introduction, MembershipEvent } from '@collimator/membership';
import {
  type EngineBuild,
  type Failed,
  type Hello,
  type ReportExitRequest,
  StopKind,
  type StopRunRequest,
  type WorkerMessage,
  fromErrorMessage,
} from '@collimator/protocol';

/** What a worker's message means for the membership; undefined where it means nothing to it. */
export function toMembershipEvent(
  worker: number,
  { message }: WorkerMessage,
  atMs: number,
): MembershipEvent | undefined {
  const said = { worker, atMs };
  switch (message.case) {
    case 'hello':
      return { ...said, kind: 'hello', introduction: introduction(message.value) };
    case 'probe':
      return { ...said, kind: 'probe', numericClass: message.value.hash };
    case 'ready':
      return { ...said, kind: 'ready', generation: message.value.generation };
    case 'stepReport': {
      const { step, digest, nonFiniteLanes } = message.value;
      return { ...said, kind: 'step', step, digest, nonFiniteLanes };
    }
    case 'finishing':
    case 'finished':
      return { ...said, kind: message.case, step: message.value.step, digest: message.value.digest };
    case 'failed':
      return { ...said, kind: 'failed', error: failure(message.value) };
    default:
      return undefined;
  }
}

/** The evidence of a process's end. */
export function toExitEvent(report: ReportExitRequest, atMs: number): MembershipEvent {
  const { worker, exitCode, signal, stderrTail } = report;
  return { kind: 'exited', worker, atMs, exit: { exitCode, signal, stderrTail } };
}

/** A request to stop; without a kind it is an interruption. */
export function toStopEvent({ kind, reason }: StopRunRequest, atMs: number): MembershipEvent {
  return { kind: 'stop', atMs, reason, outcome: kind === StopKind.CANCEL ? 'Cancelled' : 'Interrupted' };
}

function introduction(hello: Hello): Introduction {
  const { protocolVersion, build, tensorAddress, machine } = hello;
  return {
    protocolVersion,
    build,
    address: { host: tensorAddress?.host ?? '', port: tensorAddress?.port ?? 0 },
    machine: {
      host: machine?.host ?? 'unknown',
      cpuModel: machine?.cpuModel ?? 'unknown',
      engine: engineName(machine?.engine),
    },
  };
}

/** For messages: two builds with one name compute alike. */
function engineName(engine: EngineBuild | undefined): string {
  if (engine === undefined) return 'unknown engine';
  return `tensorflow ${engine.tensorflow} from ${engine.wheel} with runner ${engine.runnerSha256.slice(0, 8)}`;
}

function failure({ error }: Failed) {
  if (error === undefined) return describeUnknown(new CollimatorError('bug', 'a worker failed and did not say why'));
  return describeUnknown(fromErrorMessage(error));
}
