import { create } from '@bufbuild/protobuf';
import {
  type Decision,
  type Membership,
  type MembershipEvent,
  advance,
  isOutcome,
  newMembership,
} from '@collimator/membership';
import {
  type EvaluationReport,
  type ReportExitRequest,
  type Run,
  type RunState,
  RunSchema,
  type StepReport,
  type StopRunRequest,
  type WeightsWritten,
  type WorkerMessage,
  protocolVersion,
} from '@collimator/protocol';
import { type ControlSession, ControlSessions } from './control-sessions.ts';
import {
  coordinatorIdentity,
  evaluationSummary,
  membersChange,
  numericsChange,
  stepMetrics,
} from './record-changes.ts';
import { RunProgress } from './run-progress.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunSetup } from './run-setup.ts';
import { type RunFacts, runSnapshot, workerStatus } from './run-view.ts';
import { type RunEventInit, Watchers } from './watchers.ts';
import { toExitEvent, toMembershipEvent, toStopEvent } from './wire/from-wire.ts';
import * as say from './wire/to-wire.ts';

const evidenceWaitMs = 3_000;
const leaveWaitMs = 8_000;

/** Drives a run's membership: turns messages into events, carries out decisions, keeps the record, tells the watchers. */
export class Coordinator {
  /** Settles when everybody has left and the coordinator may go. */
  readonly dispersed: Promise<void>;
  readonly #setup: RunSetup;
  readonly #recorder: RunRecorder;
  readonly #sessions = new ControlSessions();
  readonly #watchers: Watchers;
  readonly #facts: RunFacts;
  readonly #otherClasses = new Map<number, string>();
  #membership: Membership;
  #disperse: () => void;

  constructor(setup: RunSetup, recorder: RunRecorder) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.dispersed = promise;
    this.#disperse = () => {
      resolve(undefined);
    };
    this.#setup = setup;
    this.#recorder = recorder;
    this.#watchers = new Watchers(setup.nowMs);
    this.#facts = newFacts(setup.nowMs());
    this.#membership = newMembership({
      workers: setup.workers,
      lanes: setup.job.spec.training.lanes,
      numerics: setup.job.spec.numerics.mode,
      protocolVersion,
      build: setup.build,
      evidenceWaitMs,
      leaveWaitMs,
    });
    recorder.change(coordinatorIdentity());
  }

  /** Opens a worker's control stream; the returned session is what the coordinator says on it. */
  open(): ControlSession {
    return this.#sessions.open();
  }

  /** A worker said something on a session. */
  hear(session: ControlSession, message: WorkerMessage): void {
    const worker = this.#speaker(session, message);
    if (worker === undefined) return;
    const event = toMembershipEvent(worker, message, this.#setup.nowMs());
    this.#learn(worker, message);
    if (event !== undefined) this.#handle(event, session);
  }

  /** A control stream has ended. */
  closed(session: ControlSession): void {
    session.close();
    const worker = this.#sessions.workerOf(session);
    if (worker !== undefined) this.#handle({ kind: 'stream-closed', worker, atMs: this.#setup.nowMs() });
  }

  /** A worker's process has ended. */
  reportExit(report: ReportExitRequest): void {
    this.#handle(toExitEvent(report, this.#setup.nowMs()));
  }

  /** Someone stops the run. Returns the state that follows. */
  stop(request: StopRunRequest): RunState {
    this.#handle(toStopEvent(request, this.#setup.nowMs()));
    return say.toWireState(this.#membership.state);
  }

  /** Whoever started the run is gone, or asks for the end without a call. */
  interrupt(reason: string): void {
    this.#handle({ kind: 'stop', outcome: 'Interrupted', reason, atMs: this.#setup.nowMs() });
  }

  tick(): void {
    this.#handle({ kind: 'tick', atMs: this.#setup.nowMs() });
    this.#recordProgress();
  }

  snapshot(): Run {
    return create(RunSchema, runSnapshot(this.#setup, this.#membership, this.#facts));
  }

  /** A new watcher's events. */
  watch(signal: AbortSignal): AsyncIterable<RunEventInit> {
    return this.#watchers.watch({ case: 'snapshot', value: this.snapshot() }, signal);
  }

  /** Ends every stream, after what waits on them. */
  close(): void {
    this.#watchers.close();
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

  /** Takes what is not the membership's affair. */
  #learn(worker: number, { message }: WorkerMessage): void {
    switch (message.case) {
      case 'hello':
        if (!this.#facts.hellos.has(worker)) this.#facts.hellos.set(worker, message.value);
        break;
      case 'ready':
        this.#facts.progress.learnPlan(message.value);
        this.#recorder.change({
          steps: message.value.totalSteps,
          epochs: message.value.epochs,
          ghostBatch: message.value.ghostBatch ?? null,
        });
        break;
      case 'stepReport':
        this.#learnStep(worker, message.value);
        break;
      case 'evaluationReport':
        this.#learnEvaluation(message.value);
        break;
      case 'weightsWritten':
        this.#learnWeights(message.value);
        break;
    }
  }

  #learnStep(worker: number, report: StepReport): void {
    if (report.nonFiniteLanes.length > 0) return;
    this.#facts.progress.take(worker, report);
    if (report.phases !== undefined) this.#facts.phases.set(worker, report.phases);
  }

  /** The same evaluation again changes nothing. */
  #learnEvaluation(report: EvaluationReport): void {
    const { evaluations } = this.#facts;
    if (evaluations.some(({ split, step }) => split === report.split && step === report.step)) return;
    evaluations.push(report);
    this.#recorder.change({ evaluations: evaluations.map(evaluationSummary), ...this.#best(report) });
    this.#watchers.publish({ case: 'evaluation', value: report });
  }

  #best({ selected, step, metrics }: EvaluationReport) {
    const metric = this.#setup.job.spec.evaluation.select;
    const value = metrics.find(({ name }) => name === metric)?.value;
    return selected && value !== undefined ? { best: { metric, value, step } } : {};
  }

  /** Selected weights are the result; others stand in until there are some. */
  #learnWeights(written: WeightsWritten): void {
    if (this.#facts.weights?.selected === true && !written.selected) return;
    this.#facts.weights = written;
    this.#recorder.change({ weightsSha256: written.sha256 });
    this.#watchers.publish({ case: 'weightsWritten', value: written });
  }

  #handle(event: MembershipEvent, session?: ControlSession): void {
    const before = this.#membership;
    const { membership, decisions } = advance(before, event);
    this.#membership = membership;
    for (const decision of decisions) this.#carryOut(decision, session);
    this.#publishWorkers(before);
  }

  #carryOut(decision: Decision, session: ControlSession | undefined): void {
    this.#recorder.log('error' in decision ? 'error' : 'info', decision.kind, decision.reason);
    switch (decision.kind) {
      case 'welcome':
        this.#welcome(decision.worker);
        break;
      case 'refuse':
        session?.push(say.refused(decision.error));
        session?.close();
        break;
      case 'admit':
        this.#admit(decision.worker, decision.sameClass);
        break;
      case 'announce':
        this.#recorder.enterGeneration(decision.generation.number);
        this.#recorder.change(membersChange(decision.generation, this.#facts.hellos, this.#otherClasses));
        this.#sessions.broadcast(say.generation(decision.generation));
        break;
      case 'start':
        this.#facts.progress.start(this.#setup.nowMs());
        this.#sessions.broadcast(say.start(decision.generation));
        break;
      case 'complete-step':
        this.#completeSteps(decision.step);
        break;
      case 'enter':
        this.#enter(decision);
        break;
      case 'release':
        for (const worker of decision.workers) this.#sessions.of(worker)?.push(say.release());
        break;
      case 'stop':
        for (const worker of decision.workers)
          this.#sessions.of(worker)?.push(say.stop(decision.reason, decision.error));
        break;
      case 'disperse':
        this.#disperse();
        break;
    }
  }

  #welcome(worker: number): void {
    const { run, job, dataset, store, workers } = this.#setup;
    this.#sessions.of(worker)?.push({
      message: { case: 'welcome', value: { run, jobJson: JSON.stringify(job), dataset, store, workers } },
    });
  }

  #admit(id: number, sameClass: boolean): void {
    const worker = this.#membership.workers[id];
    const hello = this.#facts.hellos.get(id);
    if (worker?.numericClass === undefined || hello === undefined) return;
    if (!sameClass) this.#otherClasses.set(id, worker.numericClass);
    else if (this.#membership.referenceWorker === id) this.#recorder.change(numericsChange(hello, worker.numericClass));
  }

  #completeSteps(upTo: number): void {
    for (const completed of this.#facts.progress.complete(upTo)) {
      this.#recorder.measure(stepMetrics(completed, new Date(this.#setup.nowMs())));
    }
    const workers = this.#membership.workers.map((worker) => workerStatus(worker, this.#membership, this.#facts));
    const progress = this.#facts.progress.snapshot(this.#setup.nowMs());
    this.#watchers.publish({ case: 'stepCompleted', value: { progress, workers } });
  }

  #enter({ state, reason, error }: Extract<Decision, { kind: 'enter' }>): void {
    this.#facts.reason = reason;
    this.#facts.error = error;
    this.#recordProgress();
    if (isOutcome(state)) this.#facts.endedMs = this.#setup.nowMs();
    const { endedMs } = this.#facts;
    this.#recorder.change({
      state,
      reason: error?.message ?? reason,
      ...(endedMs === undefined ? {} : { endedAt: new Date(endedMs).toISOString() }),
    });
    void this.#recorder.flush();
    const changed = say.stateChanged(state, reason, error);
    this.#watchers.publish({ case: 'stateChanged', value: changed });
  }

  #recordProgress(): void {
    const { step = 0, epoch = 0 } = this.#facts.progress.snapshot(this.#setup.nowMs());
    if (step === 0) return;
    this.#recorder.change({ step, epoch, ...this.#facts.progress.overall() });
  }

  #publishWorkers(before: Membership): void {
    for (const worker of this.#membership.workers) {
      if (before.workers[worker.id]?.phase === worker.phase) continue;
      this.#watchers.publish({ case: 'workerChanged', value: workerStatus(worker, this.#membership, this.#facts) });
    }
  }
}

function newFacts(startedMs: number): RunFacts {
  return {
    progress: new RunProgress(),
    hellos: new Map(),
    phases: new Map(),
    evaluations: [],
    weights: undefined,
    reason: '',
    error: undefined,
    startedMs,
    endedMs: undefined,
  };
}
