import type { ScheduleChoice } from '@collimator/job';
import type { TrainingPlan } from './training-plan.ts';

/** The learning rate at full height, and how it changes. */
export interface LearningRateSchedule {
  readonly learningRate: number;
  readonly schedule: ScheduleChoice;
  readonly plan: Pick<TrainingPlan, 'stepsPerEpoch' | 'totalSteps'>;
}

/** The learning rate of a zero-based step. Warm-up (Goyal et al., 2017, §2.2) rises linearly and comes first. */
export function learningRateAt({ learningRate, schedule, plan }: LearningRateSchedule, step: number): number {
  const { warmupSteps } = schedule;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  return learningRate * scheduleFactor(schedule, plan, step);
}

function scheduleFactor(schedule: ScheduleChoice, plan: LearningRateSchedule['plan'], step: number): number {
  switch (schedule.name) {
    case 'constant':
      return 1;
    case 'step': {
      const epoch = Math.floor(step / plan.stepsPerEpoch);
      return schedule.factor ** schedule.milestones.filter((milestone) => milestone <= epoch).length;
    }
    case 'cosine': {
      const progress = (step - schedule.warmupSteps) / Math.max(plan.totalSteps - 1 - schedule.warmupSteps, 1);
      return cosineFactor(progress, schedule.finalFactor);
    }
  }
}

/** Half a cosine wave from 1 to `finalFactor` (Loshchilov and Hutter, "SGDR", ICLR 2017, eq. 5, without restarts). */
function cosineFactor(progress: number, finalFactor: number): number {
  return finalFactor + ((1 - finalFactor) * (1 + Math.cos(Math.PI * progress))) / 2;
}
