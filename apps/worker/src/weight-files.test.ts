import { decodeWeights } from '@collimator/checkpoints';
import { CollimatorError } from '@collimator/errors';
import { MemoryObjectStore } from '@collimator/object-store';
import { describe, expect, it } from 'vitest';
import type { KeptWeights } from './selection.ts';
import { WeightFiles } from './weight-files.ts';

const run = 'cnn-20260304-101500-k3x9';
const variables = [{ name: 'kernel', shape: [2] }];

function weightsAt(step: number): KeptWeights {
  return { step, digest: 'd', values: new Map([['kernel', Float32Array.of(step, -step)]]) };
}

function open(store = new MemoryObjectStore()): { readonly store: MemoryObjectStore; readonly files: WeightFiles } {
  return { store, files: new WeightFiles({ run, jobHash: 'h', store, variables, keepLast: 2, keepBest: 1 }) };
}

async function stepsIn(store: MemoryObjectStore): Promise<number[]> {
  const steps: number[] = [];
  for await (const { key } of store.list(`runs/${run}/weights/`)) steps.push(Number(/step-(\d+)/.exec(key)?.[1]));
  return steps;
}

const noted = (): Promise<void> => Promise.resolve();

describe('WeightFiles', () => {
  it('keeps the newest two and the best, each once', async () => {
    const { store, files } = open();
    for (const step of [10, 20, 20, 30, 40]) files.keep(weightsAt(step), 10, noted);
    await files.settled();
    expect(await stepsIn(store)).toEqual([10, 30, 40]);
  });

  it('writes the selected weights as the result', async () => {
    const { store, files } = open();
    const { key, sha256 } = await files.writeSelected(weightsAt(30));
    expect(key).toBe(`runs/${run}/weights.safetensors`);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const {
      step,
      variables: [kernel],
    } = decodeWeights(await store.get(key), key);
    expect([step, [...(kernel?.values ?? [])]]).toEqual([30, [30, -30]]);
  });

  it('says at the next step that the store took no weights, and when everything is awaited', async () => {
    const { store, files } = open();
    store.put = () => Promise.reject(new CollimatorError('store_full', 'no room'));
    files.keep(weightsAt(10), undefined, noted);
    await expect(files.settled()).rejects.toThrow('no room');
    expect(() => {
      files.requireHealthy();
    }).toThrow('no room');
  });
});
