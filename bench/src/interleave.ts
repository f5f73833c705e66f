import type { Contender } from './contender.ts';
import { median } from './row.ts';

export interface Rounds {
  readonly rounds: number;
  readonly stepsPerRound: number;
}

/**
 * Measures all sides in turns, so that what else the machine does falls on all of them alike.
 * Returns each side's median, in milliseconds, by name.
 */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, stepsPerRound }: Rounds,
): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) times.get(contender.name)?.push(...(await contender.measure(stepsPerRound)));
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}
