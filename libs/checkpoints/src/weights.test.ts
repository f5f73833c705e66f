import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MemoryObjectStore } from '@collimator/object-store';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from './safetensors.ts';
import { loadWeights, saveWeights } from './weights-store.ts';
import { decodeWeights, encodeWeights, requireVariables, type Weights } from './weights.ts';

const weights: Weights = {
  step: 123,
  digest: 'ab'.repeat(32),
  jobHash: 'cd'.repeat(32),
  variables: [
    { name: 'conv/kernel', shape: [2, 2], values: new Float32Array([1, 2, 3, 4]) },
    { name: 'conv/bias', shape: [2], values: new Float32Array([-0, Number.MIN_VALUE]) },
  ],
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const metadata = { formatVersion: '1', kind: 'weights', step: '1', digest: 'd', jobHash: 'h' };

describe('weight files', () => {
  test('keep variables in their order and give equal bytes for equal weights', () => {
    expect(decodeWeights(encodeWeights(weights), 'x')).toEqual(weights);
    expect(sha256(encodeWeights(structuredClone(weights)))).toBe(sha256(encodeWeights(weights)));
  });

  test('of format version 1 are read and written to the byte, for ever', () => {
    const fixture = readFileSync(new URL('../fixtures/weights-v1.safetensors', import.meta.url));
    expect(decodeWeights(fixture, 'x')).toEqual(weights);
    expect(Buffer.from(encodeWeights(weights))).toEqual(fixture);
  });

  test.each([
    [{ ...metadata, formatVersion: '2' }, 'format_version', 'x has format version 2, this build reads 1'],
    [{}, 'weights_corrupt', "not one of Collimator's: its kind is unknown, weights is needed"],
    [{ ...metadata, kind: 'train-state' }, 'weights_corrupt', 'its kind is train-state, weights is needed'],
    [{ ...metadata, step: '-1' }, 'weights_corrupt', 'its metadata lack step, digest or jobHash'],
  ])('with the metadata %j are refused', (metadataOfFile, code, message) => {
    const bytes = encodeSafetensors({ metadata: { ...metadataOfFile }, tensors: [] });
    expect(() => decodeWeights(bytes, 'x')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  test('with other element types than floats are refused', () => {
    const bytes = encodeSafetensors({ metadata, tensors: [{ name: 'w', shape: [1], values: new Int32Array(1) }] });
    expect(() => decodeWeights(bytes, 'x')).toThrow('w is not F32');
  });
});

describe('requireVariables', () => {
  test('accepts the variables of the model in any order', () => {
    requireVariables(weights, weights.variables.toReversed(), 'x');
  });

  test('names every difference', () => {
    const expected = [
      { name: 'conv/kernel', shape: [4] },
      { name: 'dense/kernel', shape: [2] },
    ];
    expect(() => {
      requireVariables(weights, expected, 'x');
    }).toThrow(
      expect.objectContaining({
        code: 'state_mismatch',
        message: 'x does not fit the model: 3 of its variables differ',
        problems: [
          { field: 'conv/kernel', message: 'has the shape [2,2], the model declares [4]' },
          { field: 'dense/kernel', message: 'is missing, the model declares [2]' },
          { field: 'conv/bias', message: 'is unknown to the model' },
        ],
      }) as Error,
    );
  });
});

describe('weights in a store', () => {
  test('come back when their hash is the recorded one', async () => {
    const store = new MemoryObjectStore();
    const recorded = await saveWeights(store, 'runs/r/weights.safetensors', weights, sha256);
    expect(recorded).toBe(sha256(await store.get('runs/r/weights.safetensors')));
    expect(await loadWeights(store, 'runs/r/weights.safetensors', recorded, sha256)).toEqual(weights);
  });

  test('are refused when they were changed', async () => {
    const store = new MemoryObjectStore();
    await saveWeights(store, 'runs/r/weights.safetensors', weights, sha256);
    await expect(loadWeights(store, 'runs/r/weights.safetensors', '00', sha256)).rejects.toMatchObject({
      code: 'weights_corrupt',
      message: expect.stringMatching(/has SHA-256 [0-9a-f]{64}, its run recorded 00/) as string,
    });
  });
});
