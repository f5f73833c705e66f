import { jobFromJson } from '@collimator/job';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTraining } from './index.ts';

function jobWith(training: object) {
  return jobFromJson(
    {
      apiVersion: 'collimator.dev/v1alpha1',
      kind: 'TrainingJob',
      metadata: { name: 'plan' },
      spec: { task: 'classification', data: { dataset: 'any' }, model: { name: 'cnn' }, training },
    },
    'plan.json',
  );
}

describe('planTraining', () => {
  test('deals the last batch of PneumoniaMNIST evenly', () => {
    const plan = planTraining(jobWith({ epochs: 2, lanes: 8, laneBatch: 16 }), 4708);
    expect([plan.stepsPerEpoch, plan.totalSteps, plan.epochs]).toEqual([37, 74, 2]);
    expect(plan.laneSizes(0)).toEqual([16, 16, 16, 16, 16, 16, 16, 16]);
    expect(plan.laneSizes(36)).toEqual([13, 13, 13, 13, 12, 12, 12, 12]);
    expect(plan.batch(36)).toEqual({ epoch: 0, size: 100 });
    expect(plan.distinctLaneSizes).toEqual([16, 13, 12]);
    expect(plan.batch(37)).toEqual({ epoch: 1, size: 128 });
  });

  test.each([
    [5, 5, 1, [false, false, false, false, true]],
    [40, 40, 2, [true, true, false]],
  ])('maxSteps %d ends after %d steps in %d epochs', (maxSteps, totalSteps, epochs, ends) => {
    const plan = planTraining(jobWith({ epochs: 3, maxSteps, lanes: 8, laneBatch: 16 }), 4708);
    expect([plan.totalSteps, plan.epochs]).toEqual([totalSteps, epochs]);
    const steps = epochs === 1 ? [0, 1, 2, 3, 4] : [36, 39, 38];
    expect(steps.map((step) => plan.endsEpoch(step))).toEqual(ends);
  });

  test('every lane size that occurs has a graph', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (samples) => {
        const plan = planTraining(jobWith({ epochs: 1, lanes: 4, laneBatch: 5 }), samples);
        const steps = Array.from({ length: plan.totalSteps }, (_, step) => plan.laneSizes(step)).flat();
        expect([...plan.distinctLaneSizes].sort()).toEqual([...new Set(steps)].filter((size) => size > 0).sort());
      }),
    );
  });
});
