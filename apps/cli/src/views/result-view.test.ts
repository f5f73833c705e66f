import { newRunRecord, type RunRecord } from '@collimator/runs';
import { describe, expect, it } from 'vitest';
import { renderResult } from './result-view.ts';
import { renderRun, renderRuns } from './run-view.ts';

const queued = newRunRecord({
  run: 'pneumonia-20260102-030405-ab12',
  job: 'pneumonia',
  startedAt: '2026-01-02T03:04:05.678Z',
  dataset: { name: 'pneumoniamnist', sha256: '77f9cd6d' },
  jobHash: 'f1ea8660',
  randomVersion: 1,
});

const succeeded: RunRecord = {
  ...queued,
  state: 'Succeeded',
  endedAt: '2026-01-02T03:05:47.000Z',
  step: 370,
  steps: 370,
  epoch: 10,
  epochs: 10,
  workers: [
    { id: 0, rank: 0, lanes: [0, 1, 2, 3], host: 'here', pid: 17 },
    { id: 1, rank: 1, lanes: [4, 5, 6, 7], host: 'here', pid: 18 },
  ],
  weightsSha256: 'c0ffee',
  best: { metric: 'auc', value: 0.99123, step: 333 },
  evaluations: [
    { split: 'val', step: 333, metrics: { auc: { value: 0.99123, low: 0.98, high: 1 } } },
    { split: 'val', step: 370, metrics: { auc: { value: 0.99023, low: 0.98, high: 1 } } },
    {
      split: 'test',
      step: 333,
      metrics: { auc: { value: 0.957, low: 0.941, high: 0.971 }, accuracy: { value: 0.902, low: 0.878, high: 0.925 } },
      confusion: {
        classes: ['normal', 'pneumonia'],
        counts: [
          [190, 44],
          [17, 373],
        ],
      },
    },
  ],
  imagesPerSecond: 1843.2,
  dataWaitShare: 0.0042,
  engine: { tensorflow: '2.21.0', binding: '4.22.0', wheel: 'tf.whl', wheelSha256: 'aa', runnerSha256: 'bb' },
  device: { kind: 'cpu', name: 'AMD EPYC' },
  numericClass: 'abcdef',
};

const interrupted: RunRecord = {
  ...queued,
  state: 'Interrupted',
  reason: 'the run was stopped: Ctrl-C',
  step: 12,
  lastWeights: { key: `runs/${queued.run}/weights/step-00000012.safetensors`, sha256: 'beef', step: 12 },
};

describe('renderResult', () => {
  it('shows the test result, where everything is, and what to try next', () => {
    expect(renderResult(succeeded, 'file:/home/me/.collimator').join('\n')).toMatchInlineSnapshot(`
      "pneumonia-20260102-030405-ab12  Succeeded
      370 steps in 1 min 41 s, 1,843 images/s, 0.4 % of the time waiting for data
      best auc while training: 0.9912 at step 333

      test split, weights of step 333
        metric     value     95 % interval
        auc       0.9570  0.9410 to 0.9710
        accuracy  0.9020  0.8780 to 0.9250

      confusion matrix
        true \\ predicted  normal  pneumonia   found
        normal               190         44  81.2 %
        pneumonia             17        373  95.6 %

      stored in  file:/home/me/.collimator/runs/pneumonia-20260102-030405-ab12
      weights    file:/home/me/.collimator/runs/pneumonia-20260102-030405-ab12/weights.safetensors
      sha256     c0ffee

      next
        npx collimator runs show pneumonia-20260102-030405-ab12
        npx collimator logs pneumonia-20260102-030405-ab12
        npx collimator evaluate pneumonia-20260102-030405-ab12 --split val
        npx collimator predict pneumonia-20260102-030405-ab12 --input FILE.npz --output predictions.csv"
    `);
  });

  it('shows what there is of an interrupted run, and how to use its newest weights', () => {
    expect(renderResult(interrupted, 'file:/home/me/.collimator').join('\n')).toMatchInlineSnapshot(`
      "pneumonia-20260102-030405-ab12  Interrupted
      12 steps

      stored in     file:/home/me/.collimator/runs/pneumonia-20260102-030405-ab12
      last weights  file:/home/me/.collimator/runs/pneumonia-20260102-030405-ab12/weights/step-00000012.safetensors
      of step       12
      sha256        beef

      next
        npx collimator runs show pneumonia-20260102-030405-ab12
        npx collimator logs pneumonia-20260102-030405-ab12
        npx collimator evaluate pneumonia-20260102-030405-ab12 --split val
        npx collimator predict pneumonia-20260102-030405-ab12 --input FILE.npz --output predictions.csv"
    `);
  });

  it('offers nothing that needs weights where there are none', () => {
    expect(renderResult({ ...interrupted, lastWeights: null }, 'file:/home/me/.collimator').join('\n'))
      .toMatchInlineSnapshot(`
      "pneumonia-20260102-030405-ab12  Interrupted
      12 steps

      stored in  file:/home/me/.collimator/runs/pneumonia-20260102-030405-ab12

      next
        npx collimator runs show pneumonia-20260102-030405-ab12
        npx collimator logs pneumonia-20260102-030405-ab12"
    `);
  });
});

describe('renderRun', () => {
  it('shows a run that is over', () => {
    expect(renderRun(succeeded).join('\n')).toMatchInlineSnapshot(`
      "run               pneumonia-20260102-030405-ab12
      job               pneumonia
      state             Succeeded
      started           2026-01-02 03:04:05 UTC
      ended             2026-01-02 03:05:47 UTC, after 1 min 41 s
      step              370/370
      epoch             10/10
      best              auc 0.9912 at step 333
      speed             1,843 images/s
      waiting for data  0.4 %
      data set          pneumoniamnist, sha256 77f9cd6d
      device            cpu, AMD EPYC
      engine            TensorFlow 2.21.0
      numeric class     abcdef
      weights           sha256 c0ffee

      worker  rank  lanes  host  pid
      0       0     0-3    here  17
      1       1     4-7    here  18

      val split, weights of step 370
        metric   value     95 % interval
        auc     0.9902  0.9800 to 1.0000

      test split, weights of step 333
        metric     value     95 % interval
        auc       0.9570  0.9410 to 0.9710
        accuracy  0.9020  0.8780 to 0.9250

      confusion matrix
        true \\ predicted  normal  pneumonia   found
        normal               190         44  81.2 %
        pneumonia             17        373  95.6 %"
    `);
  });

  it.each([
    { state: 'Running', epoch: 3, shown: '4/10' },
    { state: 'Finishing', epoch: 10, shown: '10/10' },
    { state: 'Interrupted', epoch: 3, shown: '3/10' },
  ] as const)('counts epochs: $shown when it is $state and $epoch are complete', ({ state, epoch, shown }) => {
    expect(renderRun({ ...succeeded, state, epoch })).toContain(`epoch             ${shown}`);
  });

  it('shows the newest weights of a run that has no selected ones', () => {
    expect(renderRun(interrupted)).toContain('last weights  of step 12, sha256 beef');
  });

  it('leaves out what is not known yet', () => {
    expect(renderRun(queued).join('\n')).toMatchInlineSnapshot(`
      "run       pneumonia-20260102-030405-ab12
      job       pneumonia
      state     Queued
      started   2026-01-02 03:04:05 UTC
      step      0
      epoch     0
      data set  pneumoniamnist, sha256 77f9cd6d"
    `);
  });
});

describe('renderRuns', () => {
  it('has a line for each run', () => {
    expect(renderRuns([succeeded, queued]).join('\n')).toMatchInlineSnapshot(`
      "run                             state         step  epoch  best                    started
      pneumonia-20260102-030405-ab12  Succeeded  370/370  10/10  auc 0.9912 at step 333  2026-01-02 03:04:05 UTC
      pneumonia-20260102-030405-ab12  Queued           0      0                          2026-01-02 03:04:05 UTC"
    `);
  });

  it('says how to start where there is none', () => {
    expect(renderRuns([])).toEqual(['No runs. Start one with: npx collimator train JOB.yaml']);
  });
});
