import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseEvaluation } from './evaluation.ts';
import { parseRunRecord } from './run-record.ts';

describe('documents of format version 1 are read whole, for ever', () => {
  test.each([
    ['run-v1.json', parseRunRecord, { lastWeights: null }],
    ['evaluation-v1.json', parseEvaluation, {}],
  ])('%s', (file, parse, addedSince) => {
    const fixture = readFileSync(new URL(`../fixtures/${file}`, import.meta.url));
    expect(parse(fixture, file)).toEqual({ ...(JSON.parse(fixture.toString()) as object), ...addedSince });
  });
});
