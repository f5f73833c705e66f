export { advance } from './advance.ts';
export type { Decision } from './decision.ts';
export type { EventOf, MembershipEvent, StepEvent } from './event.ts';
export type { Generation, Member } from './generation.ts';
export { type Membership, type MembershipOptions, type Transition, newMembership } from './membership.ts';
export { type Outcome, type RunState, isOutcome, runStates } from './run-state.ts';
export type { Introduction, Machine, ProcessExit, Worker, WorkerPhase } from './worker.ts';
