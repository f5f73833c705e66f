import { type Decision, type Membership, type MembershipEvent, advance, newMembership } from '@collimator/membership';
import {
  type ReportExitRequest,
  type Run,
  type RunState,
  type StopRunRequest,
  type WorkerMessage,
  protocolVersion,
} from '@collimator/protocol';
import { type ControlSession, ControlSessions } from './control-sessions.ts';
import { RunAccount } from './run-account.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunSetup } from './run-setup.ts';
import type { RunEventInit } from './watchers.ts';
import { toExitEvent, toMembershipEvent, toStopEvent } from './wire/from-wire.ts';
import * as say from './wire/to-wire.ts';

/** A killed process is reported in milliseconds; whoever waits longer for evidence will not get it. */
const evidenceWaitMs = 3_000;
/** Long enough to write the last good weights, short enough that nobody outlives a lost starter by 10 s. */
const leaveWaitMs = 8_000;

/** Drives a run's membership: turns what is heard into events and carries the decisions out. */
export class Coordinator {
  /** Settles when everybody has left and the coordinator may go. */
  readonly dispersed: Promise<void>;
  readonly #setup: RunSetup;
  readonly #recorder: RunRecorder;
  readonly #account: RunAccount;
  readonly #sessions = new ControlSessions();
  readonly #disperse: () => void;
  #membership: Membership;

  constructor(setup: RunSetup, recorder: RunRecorder) {
    const dispersal = Promise.withResolvers<undefined>();
    this.dispersed = dispersal.promise;
    this.#disperse = () => {
      dispersal.resolve(undefined);
    };
    this.#setup = setup;
    this.#recorder = recorder;
    this.#account = new RunAccount(setup, recorder);
    this.#membership = newMembership({
      workers: setup.workers,
      lanes: setup.job.spec.training.lanes,
      numerics: setup.job.spec.numerics.mode,
      protocolVersion,
      build: setup.build,
      evidenceWaitMs,
      leaveWaitMs,
    });
  }

  /** Opens a worker's control stream; the returned session is what the coordinator says on it. */
  open(): ControlSession {
    return this.#sessions.open();
  }

  /** A worker said something on a session. */
  hear(session: ControlSession, message: WorkerMessage): void {
    const worker = this.#speaker(session, message);
    if (worker === undefined) return;
    this.#account.learn(worker, message);
    const event = toMembershipEvent(worker, message, this.#setup.elapsedMs());
    if (event !== undefined) this.#handle(event, session);
  }

  /** A control stream has ended. */
  closed(session: ControlSession): void {
    session.close();
    const worker = this.#sessions.workerOf(session);
    if (worker !== undefined) this.#handle({ kind: 'stream-closed', worker, atMs: this.#setup.elapsedMs() });
  }

  /** A worker's process has ended. */
  reportExit(report: ReportExitRequest): void {
    this.#handle(toExitEvent(report, this.#setup.elapsedMs()));
  }

  /** Someone stops the run. Returns the state that follows. */
  stop(request: StopRunRequest): RunState {
    this.#handle(toStopEvent(request, this.#setup.elapsedMs()));
    return say.toWireState(this.#membership.state);
  }

  /** The run ends here for a reason that no call brought. */
  interrupt(reason: string): void {
    this.#handle({ kind: 'stop', outcome: 'Interrupted', reason, atMs: this.#setup.elapsedMs() });
  }

  /** Time passes. */
  tick(): void {
    this.#handle({ kind: 'tick', atMs: this.#setup.elapsedMs() });
    this.#account.recordProgress();
  }

  snapshot(): Run {
    return this.#account.snapshot(this.#membership);
  }

  /** A new watcher's events: a snapshot, then every change until the run is over. */
  watch(signal: AbortSignal): AsyncIterable<RunEventInit> {
    return this.#account.watch(this.#membership, signal);
  }

  /** Ends every stream, after what waits on them. */
  close(): void {
    this.#account.close();
    this.#sessions.close();
  }

  /** Who speaks: the session's worker, which its first message names; an id that has a session keeps that one. */
  #speaker(session: ControlSession, { message }: WorkerMessage): number | undefined {
    const known = this.#sessions.workerOf(session);
    if (known !== undefined || (message.case !== 'hello' && message.case !== 'failed')) return known;
    const { worker } = message.value;
    if (this.#sessions.of(worker) === undefined) this.#sessions.identify(worker, session);
    return worker;
  }

  #handle(event: MembershipEvent, session?: ControlSession): void {
    const before = this.#membership;
    const { membership, decisions } = advance(before, event);
    this.#membership = membership;
    for (const decision of decisions) this.#carryOut(decision, session);
    this.#account.workersChanged(before, membership);
  }

  /** `session`: where the event came from, which is whom a refusal answers. */
  #carryOut(decision: Decision, session: ControlSession | undefined): void {
    this.#recorder.log('error' in decision ? 'error' : 'info', decision.kind, decision.reason);
    switch (decision.kind) {
      case 'welcome':
        this.#sessions.of(decision.worker)?.push(say.welcome(this.#setup));
        break;
      case 'refuse':
        session?.push(say.refused(decision.error));
        session?.close();
        break;
      case 'admit':
        this.#account.admitted(decision.worker, this.#membership);
        break;
      case 'announce':
        this.#account.announced(decision.generation, this.#membership);
        this.#sessions.broadcast(say.generation(decision.generation));
        break;
      case 'start':
        this.#account.started();
        this.#sessions.broadcast(say.start(decision.generation));
        break;
      case 'complete-step':
        this.#account.stepsCompleted(decision.step, this.#membership);
        break;
      case 'enter':
        this.#account.entered(decision);
        break;
      case 'release':
        this.#sessions.tell(decision.workers, say.release());
        break;
      case 'stop':
        this.#sessions.tell(decision.workers, say.stop(decision.reason, decision.error));
        break;
      case 'disperse':
        this.#disperse();
        break;
    }
  }
}
