import { CollimatorError } from '@collimator/errors';
import { type Job, type Override, parseJob, parseOverride } from '@collimator/job';
import { readInputFile } from '../input-file.ts';

/** Flags of `train` that change a field of the job. */
export interface JobFlags {
  readonly workers?: number;
  /** `path=value`, in the order given. */
  readonly set?: readonly string[];
}

const role = {
  kind: 'job file',
  code: 'job_missing',
  next: 'Name a job file, such as: npx collimator train examples/pneumonia.yaml',
} as const;

/**
 * The job of a file with the flags over it.
 * @throws CollimatorError `job_missing` where there is no file or nothing in it, `job_invalid` with every problem, `usage`
 */
export async function readJob(path: string, flags: JobFlags): Promise<Job> {
  const text = new TextDecoder().decode(await readInputFile(path, role));
  if (text.trim() === '')
    throw new CollimatorError('job_missing', `the job file ${path} is empty`, { next: role.next });
  const job = parseJob(text, { source: path, overrides: overridesOf(flags) });
  if (job.spec.workers.replicas > 0) return job;
  throw new CollimatorError('usage', `the job of ${path} is paused: spec.workers.replicas is 0, at least 1 is needed`, {
    next: 'Start it with --workers 1 or more',
  });
}

function overridesOf({ workers, set = [] }: JobFlags): Override[] {
  const replicas: Override[] =
    workers === undefined
      ? []
      : [{ path: ['spec', 'workers', 'replicas'], value: workers, flag: `--workers ${workers}` }];
  return [...set.map(parseOverride), ...replicas];
}
