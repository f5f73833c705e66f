import { type Split } from '@collimator/datasets';
import { type ErrorReport } from '@collimator/errors';
import { type BatchSlot } from './batch-slot.ts';

/** A batch that can be made: a lane of a training step (zero-based, over the whole training), or consecutive samples of a split. */
export type BatchTask =
  | { readonly kind: 'lane'; readonly step: number; readonly lane: number }
  | { readonly kind: 'unit'; readonly split: Split; readonly first: number; readonly size: number };

/** Main thread to loader thread. */
export interface BatchRequest {
  readonly request: number;
  readonly task: BatchTask;
  readonly slot: BatchSlot;
}

/** Loader thread to main thread: the samples that are in the slot now, or why there are none. */
export type BatchReply =
  | { readonly request: number; readonly samples: readonly number[] }
  | { readonly request: number; readonly error: ErrorReport };

/** Names a task: equal tasks, equal keys. */
export function taskKey(task: BatchTask): string {
  return task.kind === 'lane' ? `lane ${task.lane} ${task.step}` : `unit ${task.split} ${task.first} ${task.size}`;
}
