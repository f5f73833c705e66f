import { Sampler } from '@collimator/datasets';
import { apiVersion, type Job, jobFromJson } from '@collimator/job';
import { planTraining } from '@collimator/training';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('sampler and training plan', () => {
  it('deal the same number of samples to each lane of each step', () => {
    const cases = fc.record({
      samples: fc.integer({ min: 1, max: 500 }),
      lanes: fc.constantFrom(1, 2, 4, 8),
      laneBatch: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(cases, ({ samples, lanes, laneBatch }) => {
        const plan = planTraining(jobOf(lanes, laneBatch), samples);
        const sampler = new Sampler({ samples, lanes, laneBatch, seed: 7 });
        expect(sampler.stepsPerEpoch).toBe(plan.stepsPerEpoch);
        expect(sampler.laneSizes()).toEqual(plan.distinctLaneSizes);
        for (let step = 0; step < plan.totalSteps; step += 1) {
          const sizes = Array.from({ length: lanes }, (_, lane) => sampler.laneSize(step, lane));
          expect(sizes).toEqual(plan.laneSizes(step));
        }
      }),
      { numRuns: 30 },
    );
  });
});

function jobOf(lanes: number, laneBatch: number): Job {
  const spec = {
    task: 'classification',
    data: { dataset: 'any' },
    model: { name: 'cnn' },
    training: { epochs: 2, lanes, laneBatch },
  };
  return jobFromJson({ apiVersion, kind: 'TrainingJob', metadata: { name: 'agreement' }, spec }, 'test');
}
