import { assess, metricNamed } from '@collimator/metrics';
import { describe, expect, test } from 'vitest';
import { encodeDocument } from './document.ts';
import { evaluationOf, parseEvaluation, summaryOf } from './evaluation.ts';

const assessment = assess(
  {
    task: 'classification',
    count: 4,
    classes: 2,
    probabilities: new Float32Array([1, 0, 0.25, 0.75, 0, 1, 0.5, 0.5]),
    labels: new Int32Array([0, 0, 1, 1]),
  },
  [metricNamed('auc')],
  { seed: 7 },
);
const place = { split: 'test', step: 12, digest: 'ab', jobHash: 'cd' };

describe('evaluations', () => {
  test('say what was measured, where, and how sure it is', () => {
    const evaluation = evaluationOf(assessment, place, ['normal', 'pneumonia']);
    expect(evaluation).toMatchObject({
      formatVersion: 1,
      ...place,
      samples: 4,
      bootstrap: { resamples: 2000, seed: 7 },
    });
    expect(parseEvaluation(encodeDocument(evaluation), 'x')).toEqual(evaluation);
  });

  test('leave their metrics and the confusion matrix in the run record', () => {
    expect(summaryOf(evaluationOf(assessment, place, ['normal', 'pneumonia']))).toEqual({
      split: 'test',
      step: 12,
      metrics: assessment.metrics,
      confusion: {
        classes: ['normal', 'pneumonia'],
        counts: [
          [1, 1],
          [1, 1],
        ],
      },
    });
  });
});
