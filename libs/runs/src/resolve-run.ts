import { CollimatorError } from '@collimator/errors';
import { newestFirst, parseRunId } from './run-id.ts';

const candidatesShown = 10;

/** What a reference to a run may be, apart from its id or a prefix of it. */
export interface ReferenceOptions {
  /** Whether a job's name stands for its newest run (`logs`, `scale`, `pause`, `resume`, `cancel`). */
  readonly jobNames?: boolean;
}

/**
 * The run that a user means: an id, `latest`, a job's name where allowed, or a prefix that only one run has.
 * @param location the store, for messages
 * @throws CollimatorError `run_missing`, `run_ambiguous` with the candidates
 */
export function resolveRun(
  reference: string,
  runs: readonly string[],
  location: string,
  { jobNames = false }: ReferenceOptions = {},
): string {
  const sorted = runs.toSorted(newestFirst);
  const [newest] = sorted;
  if (newest === undefined) throw noRuns(reference, location);
  if (reference === 'latest') return newest;
  const named = sorted.find((run) => run === reference || (jobNames && parseRunId(run)?.job === reference));
  if (named !== undefined) return named;
  const candidates = sorted.filter((run) => run.startsWith(reference));
  const [only, second] = candidates;
  if (only === undefined) throw unknownRun(reference, runs.length, newest, location);
  if (second !== undefined) throw ambiguousRun(reference, candidates);
  return only;
}

function noRuns(reference: string, location: string): CollimatorError {
  return new CollimatorError('run_missing', `no run "${reference}" in ${location}: it has no runs`, {
    next: 'Start one with: collimator train JOB.yaml',
  });
}

function unknownRun(reference: string, count: number, newest: string, location: string): CollimatorError {
  return new CollimatorError(
    'run_missing',
    `no run "${reference}" in ${location}; the newest of ${count} is ${newest}`,
    { next: 'List them with: collimator runs list' },
  );
}

function ambiguousRun(reference: string, candidates: readonly string[]): CollimatorError {
  const shown = candidates.slice(0, candidatesShown).join(', ');
  const more = candidates.length > candidatesShown ? `, and ${candidates.length - candidatesShown} more` : '';
  return new CollimatorError('run_ambiguous', `"${reference}" fits ${candidates.length} runs: ${shown}${more}`, {
    next: 'Give more of the name, or latest.',
  });
}
