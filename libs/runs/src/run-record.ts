import * as z from 'zod';
import { documentReader } from './document.ts';
import { evaluationSummarySchema } from './evaluation.ts';
import { runStates } from './run-state.ts';

/** Version of run records that this build writes and reads. */
export const runFormatVersion = 1;

const processIdentity = { host: z.string(), pid: z.exactOptional(z.int()) };

const workerSchema = z.object({
  id: z.int(),
  rank: z.int(),
  lanes: z.array(z.int()).readonly(),
  ...processIdentity,
  /** Only where it differs from the run's, admitted by `numerics: {mode: relaxed}`. */
  numericClass: z.exactOptional(z.string()),
});

const engineSchema = z.object({
  tensorflow: z.string(),
  binding: z.string(),
  wheel: z.string(),
  wheelSha256: z.string(),
  runnerSha256: z.string(),
});

const storedWeightsSchema = z.object({ key: z.string(), sha256: z.string(), step: z.int() });

const runRecordSchema = z.object({
  formatVersion: z.literal(runFormatVersion),
  run: z.string(),
  job: z.string(),
  state: z.enum(runStates),
  reason: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  step: z.int(),
  steps: z.int().nullable(),
  epoch: z.int(),
  epochs: z.int().nullable(),
  workers: z.array(workerSchema).readonly(),
  coordinator: z.object(processIdentity).nullable(),
  weightsSha256: z.string().nullable(),
  /** Records that were written before this field was there have none. */
  lastWeights: storedWeightsSchema.nullable().default(null),
  best: z.object({ metric: z.string(), value: z.number(), step: z.int() }).nullable(),
  evaluations: z.array(evaluationSummarySchema).readonly(),
  imagesPerSecond: z.number().nullable(),
  dataWaitShare: z.number().nullable(),
  engine: engineSchema.nullable(),
  device: z.object({ kind: z.enum(['cpu', 'gpu']), name: z.string() }).nullable(),
  numericClass: z.string().nullable(),
  dataset: z.object({ name: z.string(), sha256: z.string() }),
  jobHash: z.string(),
  randomVersion: z.int(),
  ghostBatch: z.int().nullable(),
});

/**
 * The state and result of a run, as `run.json` keeps it and `--json` prints it. `null` means: not known (yet). Its fields
 * are described in `docs/reference/json.md`.
 */
export type RunRecord = z.output<typeof runRecordSchema>;

/** A weight file of a run: its key in the store, the hash of the whole file, and the updates that led to it. */
export type StoredWeights = z.output<typeof storedWeightsSchema>;

export type RunWorker = z.output<typeof workerSchema>;

/** What is known of a run before any process works on it. */
export type NewRun = Pick<RunRecord, 'run' | 'job' | 'startedAt' | 'dataset' | 'jobHash' | 'randomVersion'>;

/** The record of a run that is queued. */
export function newRunRecord(known: NewRun): RunRecord {
  return {
    formatVersion: runFormatVersion,
    run: known.run,
    job: known.job,
    state: 'Queued',
    reason: null,
    startedAt: known.startedAt,
    endedAt: null,
    step: 0,
    steps: null,
    epoch: 0,
    epochs: null,
    workers: [],
    coordinator: null,
    weightsSha256: null,
    lastWeights: null,
    best: null,
    evaluations: [],
    imagesPerSecond: null,
    dataWaitShare: null,
    engine: null,
    device: null,
    numericClass: null,
    dataset: known.dataset,
    jobHash: known.jobHash,
    randomVersion: known.randomVersion,
    ghostBatch: null,
  };
}

/** Reads a run record. Throws `run_corrupt`, `format_version`. */
export const parseRunRecord = documentReader(runRecordSchema, runFormatVersion);

/** What `runs list --json` prints. */
export interface RunList {
  readonly formatVersion: typeof runFormatVersion;
  readonly runs: readonly RunRecord[];
}

/** The list of records, which are newest first, as it is printed. */
export function runList(runs: readonly RunRecord[]): RunList {
  return { formatVersion: runFormatVersion, runs };
}
