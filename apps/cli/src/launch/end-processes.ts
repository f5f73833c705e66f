import { setTimeout as delay } from 'node:timers/promises';
import type { NodeProcess } from './node-process.ts';

/** How long processes that are to end may take before each signal, in milliseconds. */
export interface Patience {
  readonly beforeTermMs: number;
  readonly beforeKillMs: number;
}

/** Waits for processes that were told to end; then asks them with SIGTERM, then ends them with SIGKILL. */
export async function endProcesses(processes: readonly NodeProcess[], patience: Patience): Promise<void> {
  const ended = Promise.all(processes.map((process) => process.ended));
  if (await settlesWithin(ended, patience.beforeTermMs)) return;
  for (const process of processes) process.kill('SIGTERM');
  if (await settlesWithin(ended, patience.beforeKillMs)) return;
  for (const process of processes) process.kill('SIGKILL');
  await ended;
}

/** Whether a promise settles in time; it is not cancelled when it does not. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  try {
    const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
