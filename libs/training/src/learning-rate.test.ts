import type { ScheduleChoice } from '@collimator/job';
import { describe, expect, test } from 'vitest';
import { learningRateAt } from './index.ts';

const plan = { stepsPerEpoch: 10, totalSteps: 101 };

interface RateCase {
  readonly name: string;
  readonly schedule: ScheduleChoice;
  /** Step and share of the full rate. */
  readonly expected: readonly (readonly [step: number, share: number])[];
}

const cases: readonly RateCase[] = [
  {
    name: 'constant',
    schedule: { name: 'constant', warmupSteps: 0 },
    expected: [
      [0, 1],
      [100, 1],
    ],
  },
  {
    name: 'constant after warm-up',
    schedule: { name: 'constant', warmupSteps: 4 },
    expected: [
      [0, 0.25],
      [1, 0.5],
      [3, 1],
      [4, 1],
    ],
  },
  {
    name: 'step',
    schedule: { name: 'step', milestones: [3, 5], factor: 0.1, warmupSteps: 0 },
    expected: [
      [0, 1],
      [29, 1],
      [30, 0.1],
      [49, 0.1],
      [50, 0.01],
      [100, 0.01],
    ],
  },
  {
    name: 'cosine',
    schedule: { name: 'cosine', finalFactor: 0, warmupSteps: 0 },
    expected: [
      [0, 1],
      [25, (1 + Math.SQRT1_2) / 2],
      [50, 0.5],
      [100, 0],
    ],
  },
  {
    name: 'cosine after warm-up, to a floor',
    schedule: { name: 'cosine', finalFactor: 0.2, warmupSteps: 20 },
    expected: [
      [0, 0.05],
      [19, 1],
      [20, 1],
      [60, 0.6],
      [100, 0.2],
    ],
  },
];

test.each(cases)('$name', ({ schedule, expected }) => {
  for (const [step, share] of expected) {
    expect(learningRateAt({ learningRate: 0.3, schedule, plan }, step), `step ${step}`).toBeCloseTo(0.3 * share, 12);
  }
});

describe('a training of one step', () => {
  test.each(['constant', 'cosine'] as const)('%s begins at the full rate', (name) => {
    const schedule: ScheduleChoice = { name, warmupSteps: 0, finalFactor: 0 };
    const tiny = { stepsPerEpoch: 1, totalSteps: 1 };
    expect(learningRateAt({ learningRate: 0.3, schedule, plan: tiny }, 0)).toBe(0.3);
  });
});
