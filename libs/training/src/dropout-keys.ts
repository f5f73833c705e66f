import { RandomStream, type Seed } from '@collimator/random';

/**
 * Keys of a lane's dropout operations: int32 [operations, 2], row by row. Each row is a pure function of (seed, step,
 * lane, operation), whatever the worker.
 * @param dropoutSeed the job's sub-seed `dropout`
 * @param step zero-based, global
 */
export function dropoutKeys(dropoutSeed: Seed, step: number, lane: number, operations: number): Int32Array {
  const keys = new Int32Array(2 * operations);
  for (let operation = 0; operation < operations; operation++) {
    const stream = new RandomStream(dropoutSeed, [step, lane, operation]);
    keys[2 * operation] = stream.word();
    keys[2 * operation + 1] = stream.word();
  }
  return keys;
}
