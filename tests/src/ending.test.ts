import { readFile } from 'node:fs/promises';
import { decodeWeights } from '@collimator/checkpoints';
import { describe, expect } from 'vitest';
import { type RunningCommand, collimatorJson, startCollimator } from './collimator-command.ts';
import { engineTest } from './engine-test.ts';
import { isAlive, processesWith } from './processes.ts';
import { setting, useStoreWithData } from './trained-store.ts';

/** Ten times the seconds that the product promises: what is tested here is that it ends at all, and how. */
const endsWithinMs = 50_000;

interface ShownRun {
  readonly run: string;
  readonly state: string;
  readonly reason: string;
  readonly step: number;
  readonly workers: readonly { readonly id: number; readonly pid: number }[];
  readonly coordinator: { readonly pid: number };
}

const store = useStoreWithData();

/** A learning rate whose first update leaves weights from which nothing finite follows. */
const explosive = ['spec.training.optimizer.name=sgd', 'spec.training.optimizer.learningRate=1e30'];

function trainWith(changes: readonly string[]): string[] {
  return ['train', 'examples/pneumonia.yaml', '--workers', '3', '--store', store.location, ...setting(changes)];
}

/** Starts a training with three workers and waits until it has done some steps. */
async function trainSomeSteps(): Promise<{ readonly command: RunningCommand; readonly run: ShownRun }> {
  const command = startCollimator(trainWith(['spec.training.epochs=50']));
  await command.printed('step 3');
  return { command, run: await show() };
}

function show(): Promise<ShownRun> {
  return collimatorJson<ShownRun>(['runs', 'show', 'latest', '--store', store.location]);
}

function pidOf(run: ShownRun, id: number): number {
  return run.workers.find((worker) => worker.id === id)?.pid ?? 0;
}

describe('a run that cannot go on', () => {
  engineTest(
    'is Interrupted when a worker is killed, and names it',
    async () => {
      const { command, run } = await trainSomeSteps();
      const killedAt = performance.now();
      process.kill(pidOf(run, 1), 'SIGKILL');
      const { exitCode, stderr } = await command.outcome;
      expect(performance.now() - killedAt).toBeLessThan(endsWithinMs);
      expect(exitCode).toBe(5);
      expect(stderr).toMatch(/worker 1/);
      expect(stderr).toMatch(/SIGKILL/);
      expect(await show()).toMatchObject({ run: run.run, state: 'Interrupted' });
      expect(await processesWith(run.run)).toEqual([]);
    },
    120_000,
  );

  engineTest(
    'is Interrupted by Ctrl-C and leaves no process behind',
    async () => {
      const { command, run } = await trainSomeSteps();
      const stoppedAt = performance.now();
      command.kill('SIGINT');
      expect((await command.outcome).exitCode).toBe(5);
      expect(performance.now() - stoppedAt).toBeLessThan(endsWithinMs);
      expect(await show()).toMatchObject({ run: run.run, state: 'Interrupted' });
      expect(await processesWith(run.run)).toEqual([]);
    },
    120_000,
  );

  engineTest(
    'leaves no process behind when the command itself is killed',
    async () => {
      const { command, run } = await trainSomeSteps();
      const children = [run.coordinator.pid, ...run.workers.map(({ pid }) => pid)];
      for (const pid of await processesWith('examples/pneumonia.yaml')) process.kill(pid, 'SIGKILL');
      await command.outcome;
      const deadline = performance.now() + endsWithinMs;
      while ((await Promise.all(children.map(isAlive))).includes(true)) {
        expect(performance.now()).toBeLessThan(deadline);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    120_000,
  );

  engineTest(
    'fails with the step where an update went too far, though its sum was finite',
    async () => {
      const { exitCode, stderr } = await startCollimator(trainWith([...explosive, 'spec.training.maxSteps=1'])).outcome;
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/\[non_finite\] step 1: the weights give predictions of val that are not finite/);
    },
    120_000,
  );

  engineTest(
    'fails with step and lane where the loss is not finite, and keeps the last good weights',
    async () => {
      const { exitCode, stderr } = await startCollimator(trainWith(explosive)).outcome;
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/\[non_finite\] step \d+, lanes? [\d, ]+ \(worker \d\)/);
      const { run, step } = await show();
      const key = `runs/${run}/weights/step-${String(step).padStart(8, '0')}.safetensors`;
      const { variables } = decodeWeights(await readFile(`${store.folder}/${key}`), key);
      expect(variables.every(({ values }) => values.every(Number.isFinite))).toBe(true);
    },
    120_000,
  );
});
