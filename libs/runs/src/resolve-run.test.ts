import { describe, expect, test } from 'vitest';
import { resolveRun } from './resolve-run.ts';

const older = 'liver-20260101-000000-aaaa';
const newer = 'liver-20260102-000000-bbbb';
const other = 'pneumonia-20260101-120000-cccc';
const runs = [older, newer, other];

describe('resolveRun', () => {
  test.each([
    ['latest', newer],
    [older, older],
    ['pneu', other],
    ['liver-20260101', older],
  ])('%s is %s', (reference, expected) => {
    expect(resolveRun(reference, runs, 'file:s')).toBe(expected);
  });

  test('a job stands for its newest run where jobs are allowed', () => {
    expect(resolveRun('liver', runs, 'file:s', { jobNames: true })).toBe(newer);
  });

  test('an id wins over longer ids that begin like it', () => {
    expect(resolveRun('a-20260101-000000-aaaa', ['a-20260101-000000-aaaa', 'a-20260101-000000-aaaab'], 'file:s')).toBe(
      'a-20260101-000000-aaaa',
    );
  });

  test('several candidates are listed, newest first', () => {
    expect(() => resolveRun('liver', runs, 'file:s')).toThrow(
      expect.objectContaining({
        code: 'run_ambiguous',
        message: `"liver" fits 2 runs: ${newer}, ${older}`,
        next: 'Give more of the name, or latest.',
      }) as Error,
    );
  });

  test('of many candidates ten are listed', () => {
    const many = Array.from({ length: 12 }, (_, second) => `a-20260101-0000${10 + second}-aaaa`);
    expect(() => resolveRun('a', many, 'file:s')).toThrow(/^"a" fits 12 runs: .*000012-aaaa, and 2 more$/);
  });

  test.each([
    ['heart', runs, `no run "heart" in file:s; the newest of 3 is ${newer}`, 'List them with: collimator runs list'],
    ['latest', [], 'no run "latest" in file:s: it has no runs', 'Start one with: collimator train JOB.yaml'],
  ])('%s of %j is missing', (reference, known, message, next) => {
    expect(() => resolveRun(reference, known, 'file:s')).toThrow(
      expect.objectContaining({ code: 'run_missing', message, next }) as Error,
    );
  });
});
