import { describe, expect, it } from 'vitest';
import { runLanes } from './run-lanes.ts';

describe('runLanes', () => {
  it.each([
    { lanesAtOnce: 1, most: 1 },
    { lanesAtOnce: 2, most: 2 },
    { lanesAtOnce: 16, most: 5 },
  ])('runs at most $lanesAtOnce of five lanes at once', async ({ lanesAtOnce, most }) => {
    let running = 0;
    let peak = 0;
    const begun: number[] = [];
    const runLane = async (lane: number): Promise<void> => {
      begun.push(lane);
      running += 1;
      peak = Math.max(peak, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await runLanes([1, 3, 4, 6, 7], lanesAtOnce, runLane, () => 0);
    expect(begun).toEqual([1, 3, 4, 6, 7]);
    expect(peak).toBe(most);
  });

  it('tells waiting from computing, averaged over the slots', async () => {
    const clock = { nowMs: 0 };
    const runLane = (_lane: number, startedComputing: () => void): Promise<void> => {
      clock.nowMs += 2;
      startedComputing();
      clock.nowMs += 10;
      return Promise.resolve();
    };
    const times = await runLanes([0, 1], 1, runLane, () => clock.nowMs);
    expect(times).toEqual({ waitMs: 4, computeMs: 20 });
  });

  it('rejects with the first failure only when no lane is in flight', async () => {
    let inFlight = 0;
    const runLane = async (lane: number): Promise<void> => {
      inFlight += 1;
      await new Promise((resolve) => setTimeout(resolve, lane * 5));
      inFlight -= 1;
      if (lane === 0) throw new Error('lane 0 failed');
    };
    await expect(runLanes([0, 1, 2, 3], 4, runLane, () => 0)).rejects.toThrow('lane 0 failed');
    expect(inFlight).toBe(0);
  });
});
