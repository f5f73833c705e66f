import { CollimatorError } from '@collimator/errors';
import { type Job, jobFromJson } from '@collimator/job';
import { type ObjectStore } from '@collimator/object-store';
import { encodeDocument } from './document.ts';
import { type Evaluation, parseEvaluation } from './evaluation.ts';
import { type ReferenceOptions, resolveRun } from './resolve-run.ts';
import { newestFirst } from './run-id.ts';
import { runKeys, runOfRecordKey, runsPrefix } from './run-keys.ts';
import { parseRunRecord, type RunRecord } from './run-record.ts';
import { requireTransition } from './run-state.ts';

const updateAttempts = 20;

/** The runs of a store: their records, jobs and evaluations. Errors besides its own: those of the store. */
export class RunStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Keeps a new run. Throws `object_exists` where the run is known already. */
  async create(record: RunRecord, job: Job): Promise<void> {
    const keys = runKeys(record.run);
    await this.#store.put(keys.job, encodeDocument(job), { kind: 'absent' });
    await this.#store.put(keys.record, encodeDocument(record), { kind: 'absent' });
  }

  /** Throws `run_missing`, `run_corrupt`, `format_version`. */
  async read(run: string): Promise<RunRecord> {
    const key = runKeys(run).record;
    try {
      return parseRunRecord(await this.#store.get(key), key);
    } catch (error) {
      throw missingRun(error, run, this.#store.location);
    }
  }

  /** The job as it was when the run began. Throws `run_missing`, `job_invalid`. */
  async readJob(run: string): Promise<Job> {
    const key = runKeys(run).job;
    try {
      return jobFromJson(JSON.parse(new TextDecoder().decode(await this.#store.get(key))), key);
    } catch (error) {
      throw missingRun(error, run, this.#store.location);
    }
  }

  /**
   * Changes a record: reads it, applies the change, writes it if nobody wrote in between, else begins again.
   * Throws `run_state` for a state that may not follow, `object_changed` where others keep writing.
   */
  async update(run: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
    for (let attempt = 1; ; attempt++) {
      const key = runKeys(run).record;
      const version = (await this.#store.head(key))?.version ?? '';
      const before = await this.read(run);
      const after = change(before);
      requireTransition(run, before.state, after.state);
      try {
        await this.#store.put(key, encodeDocument(after), { kind: 'version', version });
        return after;
      } catch (error) {
        if (attempt === updateAttempts || !hasCode(error, 'object_changed')) throw error;
      }
    }
  }

  /** The ids of all runs, newest first. */
  async ids(): Promise<string[]> {
    const runs: string[] = [];
    for await (const { key } of this.#store.list(runsPrefix)) {
      const run = runOfRecordKey(key);
      if (run !== undefined) runs.push(run);
    }
    return runs.sort(newestFirst);
  }

  /** All records, newest first. Throws where one cannot be read. */
  async list(): Promise<RunRecord[]> {
    const records: RunRecord[] = [];
    for (const run of await this.ids()) records.push(await this.read(run));
    return records;
  }

  /** The run that a user means; see `resolveRun`. Throws `run_missing`, `run_ambiguous`. */
  async resolve(reference: string, options?: ReferenceOptions): Promise<string> {
    return resolveRun(reference, await this.ids(), this.#store.location, options);
  }

  /** Keeps an evaluation; writing the same one again changes nothing. */
  async writeEvaluation(run: string, evaluation: Evaluation): Promise<void> {
    await this.#store.put(runKeys(run).evaluation(evaluation.split, evaluation.step), encodeDocument(evaluation));
  }

  /** Throws `object_missing`, `run_corrupt`, `format_version`. */
  async readEvaluation(run: string, split: string, step: number): Promise<Evaluation> {
    const key = runKeys(run).evaluation(split, step);
    return parseEvaluation(await this.#store.get(key), key);
  }
}

function hasCode(error: unknown, code: CollimatorError['code']): boolean {
  return error instanceof CollimatorError && error.code === code;
}

function missingRun(error: unknown, run: string, location: string): unknown {
  if (!hasCode(error, 'object_missing')) return error;
  return new CollimatorError('run_missing', `no run "${run}" in ${location}`, {
    next: 'List them with: collimator runs list',
    cause: error,
  });
}
