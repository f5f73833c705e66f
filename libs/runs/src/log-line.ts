import * as z from 'zod';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

export const logLineSchema = z.object({
  time: z.iso.datetime(),
  level: z.enum(logLevels),
  run: z.string(),
  worker: z.int().nullable(),
  generation: z.int().nullable(),
  step: z.int().nullable(),
  code: z.string(),
  message: z.string(),
});

/**
 * One line of a process's log. `worker` is null for the coordinator; `generation` and `step` are null where the process is
 * not in one; `code` is an error code or the short name of an event.
 */
export type LogLine = z.output<typeof logLineSchema>;

/** The name of a process in keys: `coordinator` or `worker-<id>`. */
export function processName(worker: number | null): string {
  return worker === null ? 'coordinator' : `worker-${worker}`;
}
