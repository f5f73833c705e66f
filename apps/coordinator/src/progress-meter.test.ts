import { describe, expect, it } from 'vitest';
import { ProgressMeter } from './progress-meter.ts';

const phases = (waitMs: number, computeMs: number) => ({ waitMs, computeMs, exchangeMs: 0, applyMs: 0 });

describe('rates', () => {
  it('are 0 before the first step', () => {
    expect(new ProgressMeter().overall()).toEqual({ imagesPerSecond: 0, dataWaitShare: 0 });
  });

  it('go by the slowest worker, and count the waits of all', () => {
    const meter = new ProgressMeter();
    meter.add({ samples: 100, phases: [phases(10, 90), phases(0, 50)] });
    expect(meter.recent()).toEqual({ imagesPerSecond: 1_000, dataWaitShare: 10 / 150 });
  });

  it('of late forget what is more than 50 steps ago; those of the run do not', () => {
    const meter = new ProgressMeter();
    meter.add({ samples: 100, phases: [phases(0, 5_000)] });
    for (let step = 0; step < 50; step++) meter.add({ samples: 100, phases: [phases(0, 100)] });
    expect(meter.recent().imagesPerSecond).toBe(1_000);
    expect(meter.overall().imagesPerSecond).toBe(510);
  });
});
