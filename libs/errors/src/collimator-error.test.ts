import { describe, expect, test } from 'vitest';
import { CollimatorError } from './collimator-error.ts';
import { errorCodes, exitCodeOf } from './codes.ts';
import { describeUnknown, type ErrorReport, errorFromReport } from './report.ts';

const problems = [{ field: 'spec.training.lanes', message: '6 is not a power of two', line: 9, column: 12 }];

describe('CollimatorError', () => {
  test('carries what to do next, all problems, the cause and the exit code', () => {
    const cause = new Error('disk');
    const error = new CollimatorError('job_invalid', 'job.yaml has 1 problem', { next: 'Mend it.', problems, cause });
    expect(error).toMatchObject({ name: 'CollimatorError', next: 'Mend it.', problems, cause, exitCode: 2 });
  });

  test('stays itself when it is caught again', () => {
    const error = new CollimatorError('usage', 'no such command');
    expect(CollimatorError.from(error)).toBe(error);
  });

  test.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['thrown text', 'thrown text'],
  ])('what is not ours is a bug: %s', (thrown, message) => {
    expect(CollimatorError.from(thrown)).toMatchObject({ code: 'bug', message, cause: thrown, exitCode: 1 });
  });
});

describe('exit codes', () => {
  test('are those of the command line', () => {
    const used = Object.keys(errorCodes).map((code) => exitCodeOf(code as keyof typeof errorCodes));
    expect(new Set(used)).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test('1 means a bug and nothing else', () => {
    const bugs = Object.entries(errorCodes).filter(([, exit]) => exit === 1);
    expect(bugs).toEqual([['bug', 1]]);
  });
});

describe('error reports', () => {
  test('survive a process boundary', () => {
    const error = new CollimatorError('job_invalid', 'job.yaml has 1 problem', { next: 'Mend it.', problems });
    const restored = errorFromReport(JSON.parse(JSON.stringify(describeUnknown(error))) as ErrorReport);
    expect(restored).toMatchObject({ code: error.code, message: error.message, next: error.next, problems });
  });

  test('leave out what is not there', () => {
    expect(describeUnknown(new CollimatorError('run_missing', 'no run'))).toEqual({
      code: 'run_missing',
      message: 'no run',
    });
  });

  test('an unknown code becomes a bug', () => {
    const report = { ...describeUnknown('x'), code: 'from_the_future' as 'bug' };
    expect(errorFromReport(report).code).toBe('bug');
  });
});
