import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from './safetensors.ts';
import { decodeTrainState, encodeTrainState, type TrainState } from './train-state.ts';

const state: TrainState = {
  step: 40,
  digest: 'ab'.repeat(32),
  jobHash: 'cd'.repeat(32),
  updates: 40,
  weights: [{ name: 'bn/scale', shape: [2], values: new Float32Array([1, 2]) }],
  statistics: [{ name: 'bn/mean', shape: [2], values: new Float32Array([3, 4]) }],
  slots: [{ name: 'm/bn/scale', shape: [2], values: new Float32Array([5, 6]) }],
  best: { name: 'auc', value: 0.1 + 0.2, step: 20 },
};

describe('training states', () => {
  test('come back whole, the best metric to the last bit', () => {
    expect(decodeTrainState(encodeTrainState(state), 'x')).toEqual(state);
  });

  test('know no best metric before the first evaluation', () => {
    const { step, digest, jobHash, updates, weights, statistics, slots } = state;
    const fresh = { step, digest, jobHash, updates, weights, statistics, slots };
    expect(decodeTrainState(encodeTrainState(fresh), 'x')).toEqual(fresh);
  });

  test('of format version 1 are read and written to the byte, for ever', () => {
    const fixture = readFileSync(new URL('../fixtures/train-state-v1.safetensors', import.meta.url));
    expect(decodeTrainState(fixture, 'x')).toEqual(state);
    expect(Buffer.from(encodeTrainState(state))).toEqual(fixture);
  });

  const metadata = { formatVersion: '1', kind: 'train-state', step: '1', digest: 'd', jobHash: 'h', updates: '1' };

  test.each([
    [{ ...metadata, formatVersion: '7' }, 'format_version', 'x has format version 7, this build reads 1'],
    [{ ...metadata, kind: 'weights' }, 'weights_corrupt', 'its kind is weights, train-state is needed'],
    [{ ...metadata, updates: 'many' }, 'weights_corrupt', 'updates is many, a count is needed'],
    [{ ...metadata, best: '{' }, 'weights_corrupt', 'best is {, an object of name, value and step is needed'],
    [{ ...metadata, best: '{"name":"auc"}' }, 'weights_corrupt', 'best is {"name":"auc"}'],
  ])('with the metadata %j are refused', (metadataOfFile, code, message) => {
    const bytes = encodeSafetensors({ metadata: metadataOfFile, tensors: [] });
    expect(() => decodeTrainState(bytes, 'x')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });
});
