import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { RunEventSchema, RunState, WorkerState } from '@collimator/protocol';
import { describe, expect, it } from 'vitest';
import { StreamOutput } from '../output/output.ts';
import { TrainingDisplay } from './training-display.ts';

type EventInit = MessageInitShape<typeof RunEventSchema>['event'];

const phases = { waitMs: 0.2, computeMs: 51, exchangeMs: 3, applyMs: 1.1 };

function step(number: number): EventInit {
  const progress = {
    step: number,
    totalSteps: 74,
    epoch: Math.floor(number / 37),
    epochs: 2,
    loss: 0.5,
    imagesPerSecond: 960,
  };
  const workers = [{ worker: 0, lanes: [0, 1], state: WorkerState.READY, step: number, phases }];
  return { case: 'stepCompleted', value: { progress, workers } };
}

const evaluation: EventInit = {
  case: 'evaluation',
  value: { split: 'val', step: 37, epoch: 1, metrics: [{ name: 'auc', value: 0.978 }, { name: 'accuracy' }] },
};

/** Milliseconds and what happens then. */
const happened: readonly (readonly [number, EventInit])[] = [
  [
    0,
    {
      case: 'snapshot',
      value: { run: 'lung-1', state: RunState.QUEUED, workers: [{ worker: 0, state: WorkerState.EXPECTED }] },
    },
  ],
  [10, { case: 'stateChanged', value: { state: RunState.STARTING, reason: 'a worker said hello' } }],
  [20, { case: 'workerChanged', value: { worker: 0, state: WorkerState.JOINING } }],
  [30, { case: 'stateChanged', value: { state: RunState.RUNNING, reason: 'all are connected' } }],
  [50, step(1)],
  [90, step(2)],
  [5100, step(37)],
  [5110, evaluation],
  [5111, evaluation],
  [5200, step(38)],
  [9000, { case: 'stateChanged', value: { state: RunState.INTERRUPTED, reason: 'Ctrl-C' } }],
];

function shown(isTTY: boolean, events = happened): string[] {
  const written: string[] = [];
  const stream = { isTTY, columns: 100, write: (text: string) => written.push(text) };
  let now = 0;
  const display = new TrainingDisplay(new StreamOutput({ stdout: stream, stderr: stream }, false), () => now, 'lung-1');
  for (const [at, event] of events) {
    now = at;
    display.show(create(RunEventSchema, event === undefined ? {} : { event }));
  }
  display.end();
  return written;
}

describe('TrainingDisplay', () => {
  it('writes state changes and evaluations at once, and steps every 5 s, where it is no terminal', () => {
    expect(shown(false).join('')).toMatchInlineSnapshot(`
      "lung-1  Queued
      lung-1  Starting: a worker said hello
      lung-1  Running: all are connected
      epoch 2/2  step 37/74  loss 0.5000  960 images/s  worker 0: wait 0.2 ms, compute 51 ms, exchange 3.0 ms, apply 1.1 ms
      val after epoch 1 (step 37): auc 0.9780
      "
    `);
  });

  it('says a state once, however long it lasts', () => {
    const joining: EventInit = { case: 'workerChanged', value: { worker: 0, state: WorkerState.JOINING } };
    const starting: EventInit = { case: 'stateChanged', value: { state: RunState.STARTING, reason: 'hello' } };
    const long = [0, 6_000, 12_000, 18_000].flatMap((at) => [[at, starting] as const, [at, joining] as const]);
    expect(shown(false, long)).toEqual(['lung-1  Starting: hello\n']);
  });

  it('redraws in place on a terminal, at most every 100 ms unless the state changes', () => {
    const drawings = shown(true);
    expect(drawings).toHaveLength(7);
    expect(drawings.at(3)).toMatchInlineSnapshot(`
      "[4A[0Jlung-1  Running: all are connected
      [############.............]  50 %  epoch 2/2  step 37/74  loss 0.5000  960 images/s
      worker  state  lanes  step    wait  compute  exchange   apply
      0       ready  0-1      37  0.2 ms    51 ms    3.0 ms  1.1 ms
      "
    `);
    expect(drawings.at(-1)).toBe('\u001b[5A\u001b[0J');
  });
});
