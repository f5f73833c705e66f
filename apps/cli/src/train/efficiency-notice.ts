import { predictedEfficiency } from '@collimator/collectives';
import { formatPercent } from '../output/quantities.ts';

/** Below this share of busy slots a worker count is worth a word. */
const worthAWord = 0.9;

interface WorkerPlan {
  readonly lanes: number;
  readonly workers: number;
  /** Lanes that one of so many workers computes at once: its share of the cores, or 1 on a GPU. */
  readonly slotsPerWorker: (workers: number) => number;
}

/** A line where a worker count leaves many slots idle, with the nearest counts that do not; else nothing. */
export function efficiencyNotice(plan: WorkerPlan): string[] {
  const efficiency = efficiencyOf(plan);
  if (efficiency >= worthAWord) return [];
  const { lanes, workers, slotsPerWorker } = plan;
  const slots = slotsPerWorker(workers);
  const turns = Math.ceil(Math.ceil(lanes / workers) / slots);
  const load = `${count(lanes, 'lane')} in ${count(turns, 'turn')} on ${count(workers, 'worker')} of ${count(slots, 'slot')}`;
  const better = betterCounts(plan);
  const advice =
    better.length === 0 ? '' : `; ${better.join(' or ')} workers would reach ${formatPercent(worthAWord)} or more`;
  return [`predicted efficiency ${formatPercent(efficiency)}: ${load}${advice}`];
}

function efficiencyOf({ lanes, workers, slotsPerWorker }: WorkerPlan): number {
  return predictedEfficiency(lanes, workers, slotsPerWorker(workers));
}

/** The nearest worker counts below and above that are efficient. */
function betterCounts(plan: WorkerPlan): number[] {
  const isBetter = (workers: number): boolean => efficiencyOf({ ...plan, workers }) >= worthAWord;
  const below = Array.from({ length: plan.workers - 1 }, (_, index) => plan.workers - 1 - index).find(isBetter);
  const above = Array.from({ length: plan.lanes - plan.workers }, (_, index) => plan.workers + 1 + index).find(
    isBetter,
  );
  return [below, above].filter((workers) => workers !== undefined);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
