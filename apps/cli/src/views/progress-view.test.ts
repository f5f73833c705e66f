import { describe, expect, it } from 'vitest';
import { evaluationLines, laneRanges, renderLiveProgress, renderPlainProgress } from './progress-view.ts';
import type { RunProgress } from './run-progress.ts';

const starting: RunProgress = {
  run: 'pneumonia-20260102-030405-ab12',
  state: 'Starting',
  reason: '1 of 2 workers has joined',
  step: 0,
  totalSteps: 0,
  epoch: 0,
  epochs: 0,
  imagesPerSecond: 0,
  workers: [
    { worker: 0, state: 'joining', lanes: [], step: 0 },
    { worker: 1, state: 'expected', lanes: [], step: 0 },
  ],
};

const running: RunProgress = {
  ...starting,
  state: 'Running',
  reason: '',
  step: 245,
  totalSteps: 1110,
  epoch: 6,
  epochs: 30,
  loss: 0.21304,
  imagesPerSecond: 1843.4,
  remainingMs: 80_300,
  workers: [
    {
      worker: 0,
      state: 'ready',
      lanes: [0, 1, 2, 3],
      step: 245,
      phases: { waitMs: 0.12, computeMs: 57.6, exchangeMs: 3.24, applyMs: 1.05 },
    },
    {
      worker: 1,
      state: 'ready',
      lanes: [4, 5, 6, 7],
      step: 244,
      phases: { waitMs: 0, computeMs: 1057.6, exchangeMs: 13.24, applyMs: 1 },
    },
  ],
  evaluation: { split: 'val', epoch: 6, step: 222, metrics: { auc: 0.98123, accuracy: 0.94233 } },
};

describe('renderLiveProgress', () => {
  it('shows which workers a start waits for', () => {
    expect(renderLiveProgress(starting, 100)).toMatchInlineSnapshot(`
      [
        "pneumonia-20260102-030405-ab12  Starting: 1 of 2 workers has joined",
        "[.........................]   0 %",
        "worker  state     lanes  step  wait  compute  exchange  apply",
        "0       joining             0",
        "1       expected            0",
      ]
    `);
  });

  it('shows step, rate, time left, the phases of each worker and the newest evaluation', () => {
    expect(renderLiveProgress(running, 120)).toMatchInlineSnapshot(`
      [
        "pneumonia-20260102-030405-ab12  Running",
        "[######........................]  22 %  epoch 7/30  step 245/1110  loss 0.2130  1,843 images/s  ETA 1 min 20 s",
        "worker  state  lanes  step    wait  compute  exchange   apply",
        "0       ready  0-3     245  0.1 ms    58 ms    3.2 ms  1.1 ms",
        "1       ready  4-7     244  0.0 ms    1.1 s     13 ms  1.0 ms",
        "val after epoch 6 (step 222): auc 0.9812, accuracy 0.9423",
      ]
    `);
  });

  it('cuts lines to the width of the terminal, so that redrawing in place stays in place', () => {
    const lines = renderLiveProgress(running, 40);
    expect(Math.max(...lines.map(({ length }) => length))).toBe(40);
  });
});

describe('renderPlainProgress', () => {
  it.each([
    { epoch: 0, shown: 'epoch 1/2' },
    { epoch: 1, shown: 'epoch 2/2' },
    { epoch: 2, shown: 'epoch 2/2' },
  ])('is in $shown when $epoch are complete', ({ epoch, shown }) => {
    expect(renderPlainProgress({ ...running, epoch, epochs: 2 })).toMatch(new RegExp(`^${shown} `));
  });

  it('shows a step with the phases of each worker on one line', () => {
    expect(renderPlainProgress(running)).toMatchInlineSnapshot(
      `"epoch 7/30  step 245/1110  loss 0.2130  1,843 images/s  ETA 1 min 20 s  worker 0: wait 0.1 ms, compute 58 ms, exchange 3.2 ms, apply 1.1 ms  worker 1: wait 0.0 ms, compute 1.1 s, exchange 13 ms, apply 1.0 ms"`,
    );
  });
});

describe('evaluationLines', () => {
  it('names no epoch where an evaluation belongs to none', () => {
    const evaluation = { split: 'test', epoch: 0, step: 222, metrics: { auc: 0.95 } };
    expect(evaluationLines({ ...running, evaluation })).toEqual(['test with the weights of step 222: auc 0.9500']);
  });
});

describe('laneRanges', () => {
  it.each([
    [[], ''],
    [[3], '3'],
    [[0, 1, 2, 6, 8, 9], '0-2,6,8-9'],
  ])('%j is %j', (lanes, text) => {
    expect(laneRanges(lanes)).toBe(text);
  });
});
