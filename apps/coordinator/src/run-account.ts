import { create } from '@bufbuild/protobuf';
import { type Decision, type Generation, type Membership, isOutcome } from '@collimator/membership';
import {
  type EvaluationReport,
  type Ready,
  type Run,
  RunSchema,
  type StepReport,
  type WeightsWritten,
  type WorkerMessage,
} from '@collimator/protocol';
import {
  coordinatorIdentity,
  evaluationSummary,
  membersChange,
  numericsChange,
  stepMetrics,
  weightsChange,
} from './record-changes.ts';
import { type RunFacts, newFacts } from './run-facts.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunSetup } from './run-setup.ts';
import { runSnapshot, workerStatus } from './run-view.ts';
import { type RunEventInit, Watchers } from './watchers.ts';
import { stateChanged } from './wire/to-wire.ts';

/** The account of a run: what its workers report goes into the facts and the record, and to everyone who watches. */
export class RunAccount {
  readonly #setup: RunSetup;
  readonly #recorder: RunRecorder;
  readonly #watchers: Watchers;
  readonly #facts: RunFacts;

  constructor(setup: RunSetup, recorder: RunRecorder) {
    this.#setup = setup;
    this.#recorder = recorder;
    this.#watchers = new Watchers(setup.nowMs);
    this.#facts = newFacts(setup.nowMs());
    recorder.change(coordinatorIdentity());
  }

  /** Takes what a worker said, so far as it is not the membership's affair. */
  learn(worker: number, { message }: WorkerMessage): void {
    switch (message.case) {
      case 'hello':
        if (!this.#facts.hellos.has(worker)) this.#facts.hellos.set(worker, message.value);
        break;
      case 'probe':
        this.#facts.probes.set(worker, message.value);
        break;
      case 'ready':
        this.#learnPlan(message.value);
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

  /** The first accepted worker sets what the run computes with. */
  admitted(worker: number, { referenceWorker }: Membership): void {
    const hello = this.#facts.hellos.get(worker);
    const probe = this.#facts.probes.get(worker);
    if (worker !== referenceWorker || hello === undefined || probe === undefined) return;
    this.#recorder.change(numericsChange(hello, probe));
  }

  announced(generation: Generation, { referenceWorker = 0 }: Membership): void {
    this.#recorder.enterGeneration(generation.number);
    this.#recorder.change(membersChange(generation, referenceWorker, this.#facts));
  }

  started(): void {
    this.#facts.progress.start(this.#setup.elapsedMs());
  }

  stepsCompleted(upTo: number, membership: Membership): void {
    for (const completed of this.#facts.progress.complete(upTo)) {
      this.#recorder.measure(stepMetrics(completed, new Date(this.#setup.nowMs())));
    }
    const workers = membership.workers.map((worker) => workerStatus(worker, membership, this.#facts));
    const progress = this.#facts.progress.snapshot(this.#setup.elapsedMs());
    this.#watchers.publish({ case: 'stepCompleted', value: { progress, workers } });
  }

  entered({ state, reason, error }: Extract<Decision, { kind: 'enter' }>): void {
    const endedMs = isOutcome(state) ? this.#setup.nowMs() : undefined;
    this.#facts.reason = reason;
    this.#facts.error = error;
    this.#facts.endedMs = endedMs;
    this.recordProgress();
    const endedAt = endedMs === undefined ? {} : { endedAt: new Date(endedMs).toISOString() };
    this.#recorder.change({ state, reason: error?.message ?? reason, ...endedAt });
    void this.#recorder.flush();
    this.#watchers.publish({ case: 'stateChanged', value: stateChanged(state, reason, error) });
  }

  /** Tells of the workers whose phase is another one than before. */
  workersChanged(before: Membership, after: Membership): void {
    for (const worker of after.workers) {
      if (before.workers[worker.id]?.phase === worker.phase) continue;
      this.#watchers.publish({ case: 'workerChanged', value: workerStatus(worker, after, this.#facts) });
    }
  }

  recordProgress(): void {
    const { step = 0, epoch = 0 } = this.#facts.progress.snapshot(this.#setup.elapsedMs());
    if (step > 0) this.#recorder.change({ step, epoch, ...this.#facts.progress.overall() });
  }

  snapshot(membership: Membership): Run {
    return create(RunSchema, runSnapshot(this.#setup, membership, this.#facts));
  }

  /** A new watcher's events: a snapshot, then every change. */
  watch(membership: Membership, signal: AbortSignal): AsyncIterable<RunEventInit> {
    return this.#watchers.watch({ case: 'snapshot', value: this.snapshot(membership) }, signal);
  }

  /** Every watcher gets what waits, then the end. */
  close(): void {
    this.#watchers.close();
  }

  #learnPlan({ totalSteps, epochs, ghostBatch }: Ready): void {
    this.#facts.progress.learnPlan({ totalSteps, epochs });
    this.#recorder.change({ steps: totalSteps, epochs, ghostBatch: ghostBatch ?? null });
  }

  #learnStep(worker: number, report: StepReport): void {
    if (report.nonFiniteLanes.length > 0) return;
    this.#facts.progress.take(worker, report);
    if (report.phases !== undefined) this.#facts.phases.set(worker, report.phases);
  }

  /** A later report of the same split and step takes the place of the earlier: it may have intervals besides. */
  #learnEvaluation(report: EvaluationReport): void {
    const { evaluations } = this.#facts;
    const known = evaluations.findIndex(({ split, step }) => split === report.split && step === report.step);
    evaluations.splice(known === -1 ? evaluations.length : known, 1, report);
    this.#recorder.change({ evaluations: evaluations.map(evaluationSummary), ...this.#best(report) });
    this.#watchers.publish({ case: 'evaluation', value: report });
  }

  #best({ selected, step, metrics }: EvaluationReport) {
    const metric = this.#setup.job.spec.evaluation.select;
    const value = metrics.find(({ name }) => name === metric)?.value;
    return selected && value !== undefined ? { best: { metric, value, step } } : {};
  }

  /** Watchers see the selected weights, which are the result; others stand in until there are some. */
  #learnWeights(written: WeightsWritten): void {
    this.#recorder.change(weightsChange(written));
    if (this.#facts.weights?.selected === true && !written.selected) return;
    this.#facts.weights = written;
    this.#watchers.publish({ case: 'weightsWritten', value: written });
  }
}
