import { hostname } from 'node:os';
import type { Generation } from '@collimator/membership';
import type { EvaluationReport, Hello, Metric, StepReport } from '@collimator/protocol';
import type { EvaluationSummary, RunRecord, RunWorker, StepMetrics } from '@collimator/runs';
import type { CompletedStep } from './run-progress.ts';

/** A change of the run record. */
export type RecordChange = Partial<RunRecord>;

/** The process that writes this record. */
export function coordinatorIdentity(): RecordChange {
  return { coordinator: { host: hostname(), pid: process.pid } };
}

/** Who computes what. `classOf` gives the numeric class of a worker whose class is not the run's. */
export function membersChange(
  generation: Generation,
  hellos: ReadonlyMap<number, Hello>,
  otherClasses: ReadonlyMap<number, string>,
): RecordChange {
  const workers = generation.members.map(({ worker, rank, lanes }): RunWorker => {
    const hello = hellos.get(worker);
    const numericClass = otherClasses.get(worker);
    return {
      id: worker,
      rank,
      lanes: [...lanes],
      host: hello?.machine?.host ?? 'unknown',
      ...(hello === undefined ? {} : { pid: hello.pid }),
      ...(numericClass === undefined ? {} : { numericClass }),
    };
  });
  return { workers };
}

/** The engine and device that the first accepted worker brought, and its numeric class: those of the run. */
export function numericsChange(hello: Hello, numericClass: string): RecordChange {
  const { engine, device } = hello.machine ?? {};
  return {
    numericClass,
    ...(engine === undefined
      ? {}
      : {
          engine: {
            tensorflow: engine.tensorflow,
            binding: engine.binding,
            wheel: engine.wheel,
            wheelSha256: engine.wheelSha256,
            runnerSha256: engine.runnerSha256,
          },
        }),
    ...(device === undefined ? {} : { device: { kind: device.kind === 'gpu' ? 'gpu' : 'cpu', name: device.name } }),
  };
}

/** An evaluation as the record keeps it. */
export function evaluationSummary({ split, step, metrics, confusion }: EvaluationReport): EvaluationSummary {
  const summary = {
    split,
    step,
    metrics: Object.fromEntries(metrics.map((metric) => [metric.name, interval(metric)])),
  };
  if (confusion === undefined) return summary;
  const { classes, counts } = confusion;
  const rows = classes.map((_, row) => counts.slice(row * classes.length, (row + 1) * classes.length));
  return { ...summary, confusion: { classes, counts: rows } };
}

/** What is measured in a step, for the metrics: phase times are those of the slowest worker in each phase. */
export function stepMetrics({ step, reports, rates }: CompletedStep, time: Date): StepMetrics {
  const all = [...reports.values()];
  const slowest = (phase: 'waitMs' | 'computeMs' | 'exchangeMs' | 'applyMs') =>
    Math.max(...all.map((report) => report.phases?.[phase] ?? 0));
  const [first] = all;
  return {
    step,
    epoch: first?.epoch ?? 0,
    time: time.toISOString(),
    values: {
      ...measured(first),
      imagesPerSecond: rates.imagesPerSecond,
      dataWaitShare: rates.dataWaitShare,
      waitMs: slowest('waitMs'),
      computeMs: slowest('computeMs'),
      exchangeMs: slowest('exchangeMs'),
      applyMs: slowest('applyMs'),
    },
  };
}

function measured(report: StepReport | undefined): Record<string, number | null> {
  return {
    loss: finite(report?.loss),
    learningRate: finite(report?.learningRate),
    gradientNorm: finite(report?.gradientNorm),
    samples: finite(report?.samples),
  };
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function interval({ value, low, high }: Metric) {
  return { value: finite(value), low: finite(low), high: finite(high) };
}
