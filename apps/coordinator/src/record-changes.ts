import { hostname } from 'node:os';
import type { Generation } from '@collimator/membership';
import type {
  EngineBuild,
  EvaluationReport,
  Hello,
  Metric,
  Probe,
  StepReport,
  WeightsWritten,
} from '@collimator/protocol';
import type { EvaluationSummary, RunRecord, RunWorker, StepMetrics } from '@collimator/runs';
import type { RunFacts } from './run-facts.ts';
import type { CompletedStep } from './run-progress.ts';

/** A change of the run record. */
export type RecordChange = Partial<RunRecord>;

/** The process that writes this record. */
export function coordinatorIdentity(): RecordChange {
  return { coordinator: { host: hostname(), pid: process.pid } };
}

/** Who computes what; a worker's numeric class is told where it is not the reference worker's, which is the run's. */
export function membersChange(
  { members }: Generation,
  referenceWorker: number,
  { hellos, probes }: Pick<RunFacts, 'hellos' | 'probes'>,
): RecordChange {
  const ofTheRun = probes.get(referenceWorker)?.hash;
  const workers = members.map(({ worker, rank, lanes }): RunWorker => {
    const hello = hellos.get(worker);
    const hash = probes.get(worker)?.hash;
    return {
      id: worker,
      rank,
      lanes: [...lanes],
      host: hello?.machine?.host ?? 'unknown',
      ...(hello === undefined ? {} : { pid: hello.pid }),
      ...(hash === undefined || hash === ofTheRun ? {} : { numericClass: hash }),
    };
  });
  return { workers };
}

/** The engine, device and numeric class of the first accepted worker: those of the run. */
export function numericsChange(hello: Hello, probe: Probe): RecordChange {
  const engine = hello.machine?.engine;
  const { hash, device } = probe;
  return {
    numericClass: hash,
    ...(engine === undefined ? {} : { engine: engineBuild(engine) }),
    ...(device === undefined ? {} : { device: { kind: device.kind === 'gpu' ? 'gpu' : 'cpu', name: device.name } }),
  };
}

function engineBuild({ tensorflow, binding, wheel, wheelSha256, runnerSha256 }: EngineBuild): RunRecord['engine'] {
  return { tensorflow, binding, wheel, wheelSha256, runnerSha256 };
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

/** Selected weights are the run's result; others are the newest that it can be evaluated with until then. */
export function weightsChange({ key, sha256, step, selected }: WeightsWritten): RecordChange {
  return selected ? { weightsSha256: sha256 } : { lastWeights: { key, sha256, step } };
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
