import { describe, expect, it } from 'vitest';
import { renderEvaluation } from './evaluation-view.ts';

describe('renderEvaluation', () => {
  it('shows metrics with their intervals and the confusion matrix', () => {
    const lines = renderEvaluation({
      split: 'test',
      step: 740,
      metrics: {
        auc: { value: 0.95713, low: 0.9412, high: 0.971 },
        accuracy: { value: 0.9022, low: 0.8782, high: 0.92469 },
      },
      confusion: {
        classes: ['normal', 'pneumonia'],
        counts: [
          [190, 44],
          [17, 1373],
        ],
      },
    });
    expect(lines).toMatchInlineSnapshot(`
      [
        "test split, weights of step 740",
        "  metric     value     95 % interval",
        "  auc       0.9571  0.9412 to 0.9710",
        "  accuracy  0.9022  0.8782 to 0.9247",
        "",
        "confusion matrix",
        "  true \\ predicted  normal  pneumonia   found",
        "  normal               190         44  81.2 %",
        "  pneumonia             17      1,373  98.8 %",
      ]
    `);
  });

  it('leaves out what there is not: intervals, a confusion matrix, samples of a class', () => {
    expect(
      renderEvaluation({
        split: 'val',
        step: 3,
        metrics: { mae: { value: 1.5, low: null, high: null }, auc: { value: null, low: null, high: null } },
      }),
    ).toMatchInlineSnapshot(`
      [
        "val split, weights of step 3",
        "  metric      value  95 % interval",
        "  mae        1.5000",
        "  auc     undefined",
      ]
    `);
    const confusion = {
      classes: ['a', 'b'],
      counts: [
        [0, 0],
        [1, 2],
      ],
    };
    expect(renderEvaluation({ split: 'val', step: 3, metrics: {}, confusion })).toMatchInlineSnapshot(`
      [
        "val split, weights of step 3",
        "  metric  value  95 % interval",
        "",
        "confusion matrix",
        "  true \\ predicted  a  b   found",
        "  a                 0  0",
        "  b                 1  2  66.7 %",
      ]
    `);
  });
});
