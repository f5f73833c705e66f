import { describe, expect } from 'vitest';
import { collimator, collimatorJson } from './collimator-command.ts';
import { engineTest } from './engine-test.ts';
import { setting, useStoreWithData } from './trained-store.ts';

const steps = 2_000;

/** Lanes of two samples: the same objects come and go in each step as in large ones, in less time. */
const job = [
  'spec.workers.max=2',
  'spec.training.lanes=2',
  'spec.training.laneBatch=2',
  'spec.training.epochs=2',
  `spec.training.maxSteps=${steps}`,
];

interface MemoryReport {
  readonly step: number;
  readonly residentMiB: number;
  readonly tensors: number;
}

const store = useStoreWithData();

interface LogLine {
  readonly code: string;
  readonly step: number;
  readonly message: string;
}

/** What a worker wrote about its memory, in the order of its steps. */
async function memoryReports(run: string, worker: string): Promise<MemoryReport[]> {
  const { stdout } = await collimator(['logs', run, '--worker', worker, '--json', '--store', store.location]);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);
  return lines
    .filter(({ code }) => code === 'memory')
    .map(({ step, message }) => {
      const [, resident, tensors] = /(\d+) MiB resident, (\d+) tensors/.exec(message) ?? [];
      return { step, residentMiB: Number(resident), tensors: Number(tensors) };
    });
}

describe(`memory over ${steps} steps`, () => {
  engineTest(
    'stays flat in every worker',
    async () => {
      const args = ['train', 'examples/pneumonia.yaml', '--workers', '2', '--store', store.location, ...setting(job)];
      const { run } = await collimatorJson<{ run: string }>(args);
      for (const worker of ['0', '1']) {
        const reports = (await memoryReports(run, worker)).filter(({ step }) => step >= steps / 4);
        expect(reports.length).toBeGreaterThan(5);
        expect(new Set(reports.map(({ tensors }) => tensors)).size).toBe(1);
        const resident = reports.map(({ residentMiB }) => residentMiB);
        expect(Math.max(...resident) - Math.min(...resident)).toBeLessThan(40);
      }
    },
    600_000,
  );
});
