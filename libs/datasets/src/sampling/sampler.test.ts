import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sampler } from './sampler.ts';

const plans = fc.record({
  samples: fc.integer({ min: 1, max: 700 }),
  lanes: fc.constantFrom(1, 2, 4, 8, 16),
  laneBatch: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
});

/** Which worker owns which lanes, for some number of workers: consecutive lanes, any sizes. */
function ownersOf(lanes: number, workers: number): number[][] {
  const owners = Array.from({ length: workers }, (): number[] => []);
  for (let lane = 0; lane < lanes; lane += 1) owners[Math.floor((lane * workers) / lanes)]?.push(lane);
  return owners;
}

describe('Sampler', () => {
  it('gives each sample exactly once per epoch, for every lane and worker count', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 16 }), (plan, epoch, workers) => {
        const { stepsPerEpoch } = new Sampler(plan);
        const seen: number[] = [];
        for (const lanes of ownersOf(plan.lanes, workers)) {
          const sampler = new Sampler(plan);
          for (let step = epoch * stepsPerEpoch; step < (epoch + 1) * stepsPerEpoch; step += 1) {
            for (const lane of lanes) seen.push(...sampler.samplesOf(step, lane));
          }
        }
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: plan.samples }, (_, sample) => sample));
      }),
      { numRuns: 60 },
    );
  });

  it('fills all steps but the last, which it deals evenly', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const sampler = new Sampler(plan);
        const lanes = Array.from({ length: plan.lanes }, (_, lane) => lane);
        for (let step = 0; step < sampler.stepsPerEpoch - 1; step += 1) {
          expect(lanes.map((lane) => sampler.laneSize(step, lane))).toEqual(lanes.map(() => plan.laneBatch));
        }
        const last = lanes.map((lane) => sampler.laneSize(sampler.stepsPerEpoch - 1, lane));
        expect(Math.max(...last) - Math.min(...last)).toBeLessThanOrEqual(1);
        expect(last.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(0);
      }),
    );
  });

  it('names the sizes that are traced', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const sampler = new Sampler(plan);
        const sizes = new Set<number>();
        for (let step = 0; step < sampler.stepsPerEpoch; step += 1) {
          for (let lane = 0; lane < plan.lanes; lane += 1) sizes.add(sampler.laneSize(step, lane));
        }
        sizes.delete(0);
        expect(sampler.laneSizes()).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });

  it.each([
    { samples: 10, sizes: [3, 3, 2, 2] },
    { samples: 3, sizes: [1, 1, 1, 0] },
    { samples: 18, sizes: [1, 1, 0, 0] },
  ])('deals the last step of $samples samples over 4 lanes of 4 as $sizes', ({ samples, sizes }) => {
    const sampler = new Sampler({ samples, lanes: 4, laneBatch: 4, seed: 1 });
    const step = sampler.stepsPerEpoch - 1;
    expect([0, 1, 2, 3].map((lane) => sampler.samplesOf(step, lane).length)).toEqual(sizes);
  });

  it('orders each epoch and each seed differently, and the same one always alike', () => {
    const order = (seed: number, step: number) =>
      new Sampler({ samples: 100, lanes: 1, laneBatch: 100, seed }).samplesOf(step, 0).join();
    expect(new Set([order(1, 0), order(1, 1), order(2, 0)]).size).toBe(3);
    expect(order(1, 5)).toBe(order(1, 5));
  });

  it('has a pinned order', () => {
    const sampler = new Sampler({ samples: 4708, lanes: 8, laneBatch: 16, seed: 7 });
    expect(sampler.samplesOf(40, 3)).toMatchInlineSnapshot(`
      [
        2645,
        3760,
        3807,
        1608,
        468,
        711,
        4349,
        3953,
        3505,
        2544,
        4308,
        2763,
        2248,
        4606,
        32,
        3423,
      ]
    `);
  });

  it('knows the epoch of a step', () => {
    const sampler = new Sampler({ samples: 10, lanes: 2, laneBatch: 2, seed: 1 });
    expect(sampler.stepsPerEpoch).toBe(3);
    expect(sampler.placeOf(7)).toEqual({ epoch: 2, step: 1 });
  });

  it.each([
    { plan: { samples: 0, lanes: 1, laneBatch: 1, seed: 1 }, message: 'samples of a sampling plan is 0' },
    { plan: { samples: 1, lanes: 1.5, laneBatch: 1, seed: 1 }, message: 'lanes of a sampling plan is 1.5' },
  ])('refuses: $message', ({ plan, message }) => {
    expect(() => new Sampler(plan)).toThrow(message);
  });

  it('refuses a lane that is not there', () => {
    expect(() => new Sampler({ samples: 1, lanes: 2, laneBatch: 1, seed: 1 }).samplesOf(0, 2)).toThrow(
      'lane 2 is not one of 0 to 1',
    );
  });
});
