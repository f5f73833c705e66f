import { CollimatorError } from '@collimator/errors';
import { maximalSubtrees } from './tree.ts';

/** Lanes of each worker, by rank. */
export type LaneAssignment = readonly (readonly number[])[];

interface Split {
  readonly subtrees: number;
  readonly sizes: readonly number[];
}

/**
 * Deals contiguous runs of lanes to workers: first the longest share is as short as it can be, then the number of maximal
 * subtrees (each is a full vector on the wire) as small as it can be. A pure function of its arguments; every worker has
 * at least one lane. O(workers · lanes · share).
 */
export function assignLanes(laneCount: number, workers: number): LaneAssignment {
  if (!Number.isInteger(workers) || workers < 1 || workers > laneCount) {
    throw new CollimatorError('job_invalid', `${workers} workers; allowed are 1 to ${laneCount}, one for each lane`, {
      next: 'start fewer workers or raise spec.training.lanes',
    });
  }
  return runsOf(bestSplit(laneCount, workers).sizes);
}

/** Dynamic programme from the last worker back: the best split of lanes `first`… over the last `w` workers. */
function bestSplit(laneCount: number, workers: number): Split {
  const longest = Math.ceil(laneCount / workers);
  let best: (Split | undefined)[] = Array.from({ length: laneCount + 1 }, () => undefined);
  best[laneCount] = { subtrees: 0, sizes: [] };
  for (let worker = 0; worker < workers; worker++) {
    const rest = best;
    best = rest.map((_, first) => bestFirstShare(first, longest, laneCount, rest));
  }
  const split = best[0];
  if (split === undefined) throw new CollimatorError('bug', `${laneCount} lanes cannot be dealt to ${workers} workers`);
  return split;
}

function bestFirstShare(
  first: number,
  longest: number,
  laneCount: number,
  rest: readonly (Split | undefined)[],
): Split | undefined {
  let best: Split | undefined;
  for (let size = Math.min(longest, laneCount - first); size >= 1; size--) {
    const after = rest[first + size];
    if (after === undefined) continue;
    const subtrees = after.subtrees + maximalSubtrees(run(first, size), laneCount).length;
    if (best === undefined || subtrees < best.subtrees) best = { subtrees, sizes: [size, ...after.sizes] };
  }
  return best;
}

function runsOf(sizes: readonly number[]): LaneAssignment {
  let first = 0;
  return sizes.map((size) => {
    const lanes = run(first, size);
    first += size;
    return lanes;
  });
}

function run(first: number, size: number): number[] {
  return Array.from({ length: size }, (_, offset) => first + offset);
}
