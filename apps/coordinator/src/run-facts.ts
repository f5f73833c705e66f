import type { ErrorReport } from '@collimator/errors';
import type { EvaluationReport, Hello, PhaseTimes, Probe, WeightsWritten } from '@collimator/protocol';
import { RunProgress } from './run-progress.ts';

/** What is known of a run besides its membership. Maps are by worker id. */
export interface RunFacts {
  readonly progress: RunProgress;
  readonly hellos: Map<number, Hello>;
  readonly probes: Map<number, Probe>;
  /** Of each worker's newest step. */
  readonly phases: Map<number, PhaseTimes>;
  readonly evaluations: EvaluationReport[];
  readonly startedMs: number;
  weights: WeightsWritten | undefined;
  /** Why the run is in its state. */
  reason: string;
  error: ErrorReport | undefined;
  endedMs: number | undefined;
}

export function newFacts(startedMs: number): RunFacts {
  return {
    progress: new RunProgress(),
    hellos: new Map(),
    probes: new Map(),
    phases: new Map(),
    evaluations: [],
    startedMs,
    weights: undefined,
    reason: '',
    error: undefined,
    endedMs: undefined,
  };
}
