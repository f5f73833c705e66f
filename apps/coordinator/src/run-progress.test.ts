import { create } from '@bufbuild/protobuf';
import { StepReportSchema } from '@collimator/protocol';
import { describe, expect, it } from 'vitest';
import { RunProgress } from './run-progress.ts';

function report(step: number, loss = 1) {
  return create(StepReportSchema, { step, loss, samples: 10, phases: { computeMs: 10 } });
}

describe('the progress of a run', () => {
  it('counts a step once it is complete, with the report of every worker', () => {
    const progress = new RunProgress();
    progress.take(0, report(1));
    progress.take(1, report(1));
    progress.take(0, report(2));
    const completed = progress.complete(1);
    expect(completed.map(({ step, reports }) => [step, [...reports.keys()]])).toEqual([[1, [0, 1]]]);
    expect(progress.snapshot(0).step).toBe(1);
  });

  it('closes several steps in order, also when they were reported out of order', () => {
    const progress = new RunProgress();
    for (const step of [3, 1, 2]) progress.take(0, report(step));
    expect(progress.complete(3).map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(progress.complete(3)).toEqual([]);
  });

  it('estimates the time that is left from the time since the start', () => {
    const progress = new RunProgress();
    progress.learnPlan({ totalSteps: 40, epochs: 2 });
    expect(progress.snapshot(5_000).remainingMs).toBeUndefined();
    progress.start(1_000);
    progress.take(0, report(10, 0.5));
    progress.complete(10);
    expect(progress.snapshot(5_000)).toMatchObject({
      step: 10,
      totalSteps: 40,
      epochs: 2,
      loss: 0.5,
      remainingMs: 12_000,
    });
  });
});
