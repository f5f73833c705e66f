/** Prefix of everything about runs in a store. */
export const runsPrefix = 'runs/';

const stepDigits = 8;

/** Where the parts of a run lie in the store. */
export interface RunKeys {
  readonly record: string;
  readonly job: string;
  /** The selected weights. */
  readonly weights: string;
  weightsAt(step: number): string;
  /** Prefix of the metrics' chunks. */
  readonly metrics: string;
  /** Prefix of all processes' logs. */
  readonly logs: string;
  /** Prefix of one process's log chunks. */
  log(process: string): string;
  evaluation(split: string, step: number): string;
}

/** The keys of a run. */
export function runKeys(run: string): RunKeys {
  const root = `${runsPrefix}${run}/`;
  return {
    record: `${root}run.json`,
    job: `${root}job.json`,
    weights: `${root}weights.safetensors`,
    weightsAt: (step) => `${root}weights/step-${padded(step)}.safetensors`,
    metrics: `${root}metrics/`,
    logs: `${root}logs/`,
    log: (process) => `${root}logs/${process}/`,
    evaluation: (split, step) => `${root}evaluations/${split}-step-${padded(step)}.json`,
  };
}

/** The run whose record has this key; undefined for other keys. */
export function runOfRecordKey(key: string): string | undefined {
  const [root, run, file, ...rest] = key.split('/');
  return root === 'runs' && file === 'run.json' && rest.length === 0 ? run : undefined;
}

function padded(step: number): string {
  return String(step).padStart(stepDigits, '0');
}
