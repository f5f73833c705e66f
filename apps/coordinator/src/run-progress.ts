import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ProgressSchema, Ready, StepReport } from '@collimator/protocol';
import { ProgressMeter, type Rates } from './progress-meter.ts';

/** A step that every worker has applied, with each worker's account of it. */
export interface CompletedStep {
  readonly step: number;
  /** Worker id to report; the parts that are the same for all are read from the first. */
  readonly reports: ReadonlyMap<number, StepReport>;
  /** Rates over the steps up to this one. */
  readonly rates: Rates;
}

/**
 * How far a run is: collects the workers' step reports until a step is complete. Times are milliseconds of a clock that
 * only goes forward.
 */
export class RunProgress {
  readonly #meter = new ProgressMeter();
  /** By step, then worker; only of steps that are not complete. */
  readonly #open = new Map<number, Map<number, StepReport>>();
  #plan = { totalSteps: 0, epochs: 0 };
  #startedMs: number | undefined;
  #newest: StepReport | undefined;

  /** What the workers know of the run's length. */
  learnPlan({ totalSteps, epochs }: Pick<Ready, 'totalSteps' | 'epochs'>): void {
    this.#plan = { totalSteps, epochs };
  }

  start(elapsedMs: number): void {
    this.#startedMs = elapsedMs;
  }

  take(worker: number, report: StepReport): void {
    const reports = this.#open.get(report.step) ?? new Map<number, StepReport>();
    this.#open.set(report.step, reports.set(worker, report));
  }

  /** Closes all steps up to this one and returns them in order. */
  complete(upTo: number): readonly CompletedStep[] {
    const steps = [...this.#open.keys()].filter((step) => step <= upTo).sort((a, b) => a - b);
    return steps.flatMap((step) => this.#close(step) ?? []);
  }

  /** Over the whole run. */
  overall(): Rates {
    return this.#meter.overall();
  }

  /** Of the newest complete step. */
  snapshot(elapsedMs: number): MessageInitShape<typeof ProgressSchema> {
    const { step = 0, epoch = 0, loss = 0, learningRate = 0, gradientNorm = 0 } = this.#newest ?? {};
    const remainingMs = this.#remainingMs(elapsedMs);
    return {
      ...this.#plan,
      ...this.#meter.recent(),
      step,
      epoch,
      loss,
      learningRate,
      gradientNorm,
      ...(remainingMs === undefined ? {} : { remainingMs }),
    };
  }

  #close(step: number): CompletedStep | undefined {
    const reports = this.#open.get(step);
    this.#open.delete(step);
    const [first] = reports?.values() ?? [];
    if (reports === undefined || first === undefined) return undefined;
    this.#newest = first;
    this.#meter.add({ samples: first.samples, phases: [...reports.values()].flatMap(({ phases }) => phases ?? []) });
    return { step, reports, rates: this.#meter.recent() };
  }

  /** From the time since the start, evaluations included. */
  #remainingMs(elapsedMs: number): number | undefined {
    const done = this.#newest?.step ?? 0;
    if (this.#startedMs === undefined || done === 0 || this.#plan.totalSteps === 0) return undefined;
    return ((elapsedMs - this.#startedMs) / done) * Math.max(0, this.#plan.totalSteps - done);
  }
}
