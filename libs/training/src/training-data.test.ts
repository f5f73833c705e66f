import type { DatasetIndex } from '@collimator/datasets';
import { describe, expect, test } from 'vitest';
import { trainingDataOf } from './index.ts';

function indexWith(shape: readonly number[]): DatasetIndex {
  const split = (samples: number) => ({ samples, classCounts: [samples, 0] });
  return {
    formatVersion: 1,
    name: 'chests',
    importedAt: '2026-01-01T00:00:00Z',
    sha256: '0',
    content: {
      image: { shape, dtype: 'u1' },
      label: { kind: 'class', classes: ['normal', 'pneumonia'] },
      splits: { train: split(30), val: split(20), test: split(10) },
      normalisation: { low: 0, high: 255, mean: [0.5], standardDeviation: [0.2] },
      sampleLayout: { sampleBytes: 0, pixelsOffset: 0, pixelsBytes: 0, labelOffset: 0 },
      shards: [],
    },
    card: {
      modality: 'unknown',
      licence: 'unknown',
      splitsByPatient: 'unknown',
      provenance: { source: 'chests.npz', bytes: 0, sha256: '0' },
      facesRemoved: false,
      notes: [],
    },
  };
}

describe('trainingDataOf', () => {
  test('takes shape, classes and sizes of the splits', () => {
    expect(trainingDataOf(indexWith([28, 28, 1]))).toEqual({
      sampleShape: [28, 28, 1],
      classes: 2,
      trainSamples: 30,
      evaluatedSamples: [20, 10],
    });
  });

  test('refuses volumes', () => {
    expect(() => trainingDataOf(indexWith([28, 28, 28, 1]))).toThrow('data set "chests" holds volumes (28×28×28×1)');
  });
});
