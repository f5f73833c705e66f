import type { Decision } from './decision.ts';
import type { Generation } from './generation.ts';
import type { RunState } from './run-state.ts';
import { type Worker, isGone } from './worker.ts';

export interface MembershipOptions {
  /** Workers that are started; their ids are 0 to workers − 1. */
  readonly workers: number;
  readonly lanes: number;
  readonly numerics: 'strict' | 'relaxed';
  readonly protocolVersion: number;
  readonly build: string;
  /** How long a lost control stream or a worker's complaint waits for evidence of whose process ended. */
  readonly evidenceWaitMs: number;
  /** How long workers may take to leave once the run is over. */
  readonly leaveWaitMs: number;
}

/** Something broke and the cause is not known yet. */
export interface Suspicion {
  readonly sinceMs: number;
  readonly worker: number;
  /** What the worker said, in words; undefined where its stream just ended. */
  readonly complaint: string | undefined;
}

/** A digest and the first worker that reported it. */
interface DigestClaim {
  readonly digest: string;
  readonly worker: number;
}

/** The whole state of a run's membership: a value, changed only by `advance`. */
export interface Membership {
  readonly options: MembershipOptions;
  readonly state: RunState;
  readonly workers: readonly Worker[];
  /** The worker whose probe set the run's numeric class. */
  readonly referenceWorker: number | undefined;
  readonly generation: Generation | undefined;
  /** Newest step that every worker has applied. */
  readonly completedStep: number;
  /** By step, from the completed one on. */
  readonly digests: ReadonlyMap<number, DigestClaim>;
  readonly suspicion: Suspicion | undefined;
  /** When the run was over. */
  readonly endedAtMs: number | undefined;
  readonly dispersed: boolean;
}

/** What an event led to. */
export interface Transition {
  readonly membership: Membership;
  readonly decisions: readonly Decision[];
}

/** A run before anything happened. */
export function newMembership(options: MembershipOptions): Membership {
  return {
    options,
    state: 'Queued',
    workers: Array.from({ length: options.workers }, (_, id) => ({
      id,
      phase: 'expected',
      step: 0,
      detached: false,
      accuses: false,
    })),
    referenceWorker: undefined,
    generation: undefined,
    completedStep: 0,
    digests: new Map(),
    suspicion: undefined,
    endedAtMs: undefined,
    dispersed: false,
  };
}

/** The same membership with one worker changed. */
export function withWorker(membership: Membership, id: number, change: Partial<Worker>): Membership {
  const workers = membership.workers.map((worker) => (worker.id === id ? { ...worker, ...change } : worker));
  return { ...membership, workers };
}

/** The workers that are still there. */
export function presentWorkers(membership: Membership): readonly Worker[] {
  return membership.workers.filter((worker) => !isGone(worker));
}

/** Nothing to do. */
export function unchanged(membership: Membership): Transition {
  return { membership, decisions: [] };
}

/** Continues from a transition and keeps its decisions. */
export function andThen(transition: Transition, next: (membership: Membership) => Transition): Transition {
  const following = next(transition.membership);
  return { membership: following.membership, decisions: [...transition.decisions, ...following.decisions] };
}

/** Enters a state. */
export function enter(membership: Membership, state: RunState, reason: string): Transition {
  return { membership: { ...membership, state }, decisions: [{ kind: 'enter', state, reason }] };
}
