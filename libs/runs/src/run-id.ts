/** A run's name, taken apart. */
export interface RunIdParts {
  readonly job: string;
  /** UTC, to the second. */
  readonly startedAt: Date;
}

const letters = '0123456789abcdefghijklmnopqrstuvwxyz';
const suffixLength = 4;
const pattern = /^([a-z0-9][a-z0-9-]*)-(\d{8}-\d{6})-[0-9a-z]{4}$/;

/**
 * A new run's id, `<job>-<yyyymmdd-hhmmss>-<4 random characters>`, the time in UTC.
 * @param random draws an integer from 0 below its bound, all alike
 */
export function newRunId(job: string, now: Date, random: (bound: number) => number): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const suffix = Array.from({ length: suffixLength }, () => letters.charAt(random(letters.length))).join('');
  return `${job}-${stamp}-${suffix}`;
}

/** The parts of a run's id; undefined for other text. */
export function parseRunId(id: string): RunIdParts | undefined {
  const [, job, stamp] = pattern.exec(id) ?? [];
  if (job === undefined || stamp === undefined) return undefined;
  const startedAt = new Date(stamp.replace(/^(....)(..)(..)-(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(startedAt.getTime()) ? undefined : { job, startedAt };
}

/** Orders run ids from the newest to the oldest; those of one second by name. */
export function newestFirst(left: string, right: string): number {
  return startOf(right) - startOf(left) || (left < right ? -1 : 1);
}

function startOf(id: string): number {
  return parseRunId(id)?.startedAt.getTime() ?? 0;
}
