/**
 * The share of the execution slots (cores, or GPUs) that a step keeps busy, when step time follows the largest number of
 * lanes per slot: 8 lanes on 3 workers of one slot each are 8 / (3 · 3) = 89 %.
 */
export function predictedEfficiency(laneCount: number, workers: number, slotsPerWorker = 1): number {
  const longestShare = Math.ceil(laneCount / workers);
  const turns = Math.ceil(longestShare / slotsPerWorker);
  return laneCount / (workers * slotsPerWorker * turns);
}
