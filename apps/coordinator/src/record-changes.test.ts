import { create } from '@bufbuild/protobuf';
import {
  EvaluationReportSchema,
  HelloSchema,
  ProbeSchema,
  StepReportSchema,
  WeightsWrittenSchema,
} from '@collimator/protocol';
import { describe, expect, it } from 'vitest';
import { evaluationSummary, membersChange, stepMetrics, weightsChange } from './record-changes.ts';

describe('changes of the run record', () => {
  it('keep an evaluation with undefined metrics as null, and the confusion matrix by rows', () => {
    const metrics = [{ name: 'auc' }, { name: 'accuracy', value: 0.9, low: 0.8, high: 0.95 }];
    const confusion = { classes: ['a', 'b', 'c'], counts: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
    expect(evaluationSummary(create(EvaluationReportSchema, { split: 'test', step: 7, metrics, confusion }))).toEqual({
      split: 'test',
      step: 7,
      metrics: { auc: { value: null, low: null, high: null }, accuracy: { value: 0.9, low: 0.8, high: 0.95 } },
      confusion: {
        classes: ['a', 'b', 'c'],
        counts: [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      },
    });
  });

  it.each([
    [false, { lastWeights: { key: 'runs/r/weights/step-00000003.safetensors', sha256: 'ab', step: 3 } }],
    [true, { weightsSha256: 'ab' }],
  ])('name the result only once the selected weights are written: %s', (selected, change) => {
    const file = { key: 'runs/r/weights/step-00000003.safetensors', sha256: 'ab', step: 3 };
    expect(weightsChange(create(WeightsWrittenSchema, { ...file, selected }))).toEqual(change);
  });

  it("name the numeric class of a worker only where it is not the run's", () => {
    const address = { host: '127.0.0.1', port: 1 };
    const members = [0, 1].map((worker) => ({ worker, rank: worker, address, lanes: [worker] }));
    const hellos = new Map(
      [0, 1].map((worker) => [worker, create(HelloSchema, { worker, pid: 7, machine: { host: 'a' } })]),
    );
    const probes = new Map(
      [
        ['a1', 0],
        ['b2', 1],
      ].map(([hash, worker]) => [Number(worker), create(ProbeSchema, { hash: String(hash) })]),
    );
    const { workers } = membersChange({ coordinatorEpoch: 1, number: 1, members }, 1, { hellos, probes });
    expect(workers).toEqual([
      { id: 0, rank: 0, lanes: [0], host: 'a', pid: 7, numericClass: 'a1' },
      { id: 1, rank: 1, lanes: [1], host: 'a', pid: 7 },
    ]);
  });

  it('measure each phase of a step by the worker that was slowest in it', () => {
    const phases = [
      { waitMs: 1, computeMs: 9, exchangeMs: 2, applyMs: 3 },
      { waitMs: 5, computeMs: 4, exchangeMs: 1, applyMs: 3 },
    ];
    const reports = new Map(
      phases.map((times, worker) => [
        worker,
        create(StepReportSchema, { step: 4, epoch: 1, loss: Number.NaN, samples: 8, phases: times }),
      ]),
    );
    const rates = { imagesPerSecond: 100, dataWaitShare: 0.2 };
    expect(stepMetrics({ step: 4, reports, rates }, new Date(0))).toEqual({
      step: 4,
      epoch: 1,
      time: '1970-01-01T00:00:00.000Z',
      values: {
        loss: null,
        learningRate: 0,
        gradientNorm: 0,
        samples: 8,
        imagesPerSecond: 100,
        dataWaitShare: 0.2,
        waitMs: 5,
        computeMs: 9,
        exchangeMs: 2,
        applyMs: 3,
      },
    });
  });
});
