import { assignLanes } from '@collimator/collectives';
import type { Worker } from './worker.ts';

/** A member of a generation: a place in the order, an address, lanes. */
export interface Member {
  readonly worker: number;
  readonly rank: number;
  readonly address: { readonly host: string; readonly port: number };
  readonly lanes: readonly number[];
}

/** A numbered, ordered list of members with their lanes. Fences instructions: older ones are refused. */
export interface Generation {
  readonly coordinatorEpoch: number;
  readonly number: number;
  readonly members: readonly Member[];
}

/** The first generation: ranks in the order of the ids, every lane assigned exactly once. */
export function firstGeneration(workers: readonly Worker[], lanes: number): Generation {
  const shares = assignLanes(lanes, workers.length);
  const members = workers.map((worker, rank) => ({
    worker: worker.id,
    rank,
    address: worker.introduction?.address ?? { host: '', port: 0 },
    lanes: shares[rank] ?? [],
  }));
  return { coordinatorEpoch: 1, number: 1, members };
}
