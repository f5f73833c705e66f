import { availableParallelism, cpus, totalmem } from 'node:os';

/** What was measured on: belongs beside every figure. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly loadBefore: string;
}

export function describeMachine(load: readonly number[]): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    loadBefore: load.map((value) => value.toFixed(2)).join(' '),
  };
}
