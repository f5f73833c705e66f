import type { LogLine } from '@collimator/runs';

/** `10:20:30.123  worker 1  step 12  warn  store_slow: the store took 3 s` */
export function renderLogLine({ time, level, worker, step, code, message }: LogLine): string {
  const process = worker === null ? 'coordinator' : `worker ${worker}`;
  const parts = [time.slice(11, 23), process, ...(step === null ? [] : [`step ${step}`]), level, `${code}: ${message}`];
  return parts.join('  ');
}
