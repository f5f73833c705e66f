import { MemoryObjectStore } from '@collimator/object-store';
import { describe, expect, test } from 'vitest';
import { MetricsWriter, readMetrics, type StepMetrics } from './run-metrics.ts';

function metricsOf(step: number, loss: number): StepMetrics {
  return { step, epoch: 0, time: '2026-01-02T03:04:05.000Z', values: { loss } };
}

describe('metrics by step', () => {
  test('come back by rising step', async () => {
    const store = new MemoryObjectStore();
    const writer = await MetricsWriter.open(store, 'r');
    for (let step = 0; step < 5; step++) {
      writer.record(metricsOf(step, 1 / (step + 1)));
      await writer.flush();
    }
    expect(await readMetrics(store, 'r')).toEqual([0, 1, 2, 3, 4].map((step) => metricsOf(step, 1 / (step + 1))));
  });

  test('do not change when a step is repeated, also by a restarted coordinator', async () => {
    const store = new MemoryObjectStore();
    for (const steps of [
      [0, 1, 2],
      [1, 2, 3],
    ]) {
      const writer = await MetricsWriter.open(store, 'r');
      for (const step of steps) writer.record(metricsOf(step, steps[0] ?? 0));
      writer.record(metricsOf(1, 99));
      await writer.flush();
    }
    expect((await readMetrics(store, 'r')).map(({ step, values }) => [step, values.loss])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  test('of two writers keep the first of each step', async () => {
    const store = new MemoryObjectStore();
    const writers = [await MetricsWriter.open(store, 'r'), await MetricsWriter.open(store, 'r')];
    for (const [index, writer] of writers.entries()) {
      writer.record(metricsOf(7, index));
      await writer.flush();
    }
    expect(await readMetrics(store, 'r')).toEqual([metricsOf(7, 0)]);
  });

  test('keep a loss that is not finite as null', async () => {
    const store = new MemoryObjectStore();
    const writer = await MetricsWriter.open(store, 'r');
    writer.record(metricsOf(0, Number.NaN));
    await writer.flush();
    expect((await readMetrics(store, 'r'))[0]?.values).toEqual({ loss: null });
  });

  test('that are damaged are named', async () => {
    const store = new MemoryObjectStore();
    await store.put('runs/r/metrics/000000.jsonl', new TextEncoder().encode('{"step":"one"}\n'));
    await expect(readMetrics(store, 'r')).rejects.toMatchObject({
      code: 'run_corrupt',
      message: 'runs/r/metrics/ has a line that cannot be read: {"step":"one"}',
    });
  });
});
