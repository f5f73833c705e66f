import { describe, expect, it } from 'vitest';
import { efficiencyNotice } from './efficiency-notice.ts';

describe('efficiencyNotice', () => {
  it.each([
    { lanes: 8, workers: 2, cores: 2 },
    { lanes: 8, workers: 8, cores: 8 },
    { lanes: 8, workers: 1, cores: 4 },
  ])('is silent for $lanes lanes, $workers workers, $cores cores', ({ lanes, workers, cores }) => {
    expect(efficiencyNotice({ lanes, workers, slotsPerWorker: sharesOf(cores) })).toEqual([]);
  });

  it.each([
    {
      plan: { lanes: 8, workers: 3, cores: 3 },
      line: 'predicted efficiency 88.9 %: 8 lanes in 3 turns on 3 workers of 1 slot; 2 or 4 workers would reach 90.0 % or more',
    },
    {
      plan: { lanes: 8, workers: 1, cores: 3 },
      line: 'predicted efficiency 88.9 %: 8 lanes in 3 turns on 1 worker of 3 slots; 2 workers would reach 90.0 % or more',
    },
    {
      plan: { lanes: 1, workers: 1, cores: 16 },
      line: 'predicted efficiency 6.3 %: 1 lane in 1 turn on 1 worker of 16 slots',
    },
  ])('names a better count where there is one: $plan', ({ plan: { lanes, workers, cores }, line }) => {
    expect(efficiencyNotice({ lanes, workers, slotsPerWorker: sharesOf(cores) })).toEqual([line]);
  });
});

function sharesOf(cores: number): (workers: number) => number {
  return (workers) => Math.max(1, Math.floor(cores / workers));
}
