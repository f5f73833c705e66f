import { canonicalJson } from './canonical.ts';
import type { Job } from './job.ts';

/** SHA-256 of UTF-8 text as lower-case hexadecimal digits. */
export type TextHash = (text: string) => string;

/**
 * Hash of the fields that change a run's numbers: task, seed, numerics, data, model, training and how weights are
 * selected. Not the job's name, device, checkpoints or workers, so that a run may continue elsewhere.
 */
export function jobHash(job: Job, sha256: TextHash): string {
  const { task, seed, numerics, data, model, training, evaluation } = job.spec;
  return sha256(canonicalJson({ version: 1, task, seed, numerics, data, model, training, evaluation }));
}
