import { describe, expect, it } from 'vitest';
import { CollimatorError } from '@collimator/errors';
import { renderError } from './error-view.ts';
import { formatBytes, formatDuration, formatMilliseconds } from './quantities.ts';
import { renderPairs, renderTable } from './table.ts';

describe('renderError', () => {
  it('says what is wrong, every problem with its place, and what to do', () => {
    const error = new CollimatorError('job_invalid', 'a.yaml has 3 problems', {
      problems: [
        { field: 'spec.training.lanes', message: 'must be a power of two; is 6; use 4 or 8', line: 11, column: 5 },
        { field: 'spec.seed', message: 'must be a whole number; is 1.5 (from --set seed=1.5)' },
        { field: '', message: 'not valid YAML', line: 2, column: 1 },
      ],
      next: 'Correct the file',
    });
    expect(renderError(error)).toEqual([
      'error [job_invalid] a.yaml has 3 problems',
      '  line 11, column 5: spec.training.lanes: must be a power of two; is 6; use 4 or 8',
      '  spec.seed: must be a whole number; is 1.5 (from --set seed=1.5)',
      '  line 2, column 1: not valid YAML',
      '  next: Correct the file',
    ]);
  });

  it('has a stack trace for a bug alone', () => {
    const text = renderError(CollimatorError.from(new TypeError('x is not a function'))).join('\n');
    expect(text).toContain('error [bug] x is not a function');
    expect(text).toContain('please report it');
    expect(text).toContain('output.test.ts');
  });
});

describe('renderTable', () => {
  it('aligns numbers to the right and leaves no space at the end', () => {
    const columns = [{ title: 'name' }, { title: 'count', align: 'right' as const }, { title: 'note' }];
    expect(
      renderTable(columns, [
        ['a', '1', ''],
        ['longer', '1,234', 'x'],
      ]),
    ).toEqual(['name    count  note', 'a           1', 'longer  1,234  x']);
  });

  it('puts values of pairs below each other', () => {
    expect(
      renderPairs([
        ['run', 'a'],
        ['weights', 'b'],
      ]),
    ).toEqual(['run      a', 'weights  b']);
  });
});

describe('quantities', () => {
  it.each([
    [formatBytes(999), '999 B'],
    [formatBytes(273_829_956), '274 MB'],
    [formatBytes(1_250_000_000), '1.3 GB'],
    [formatDuration(59_400), '59 s'],
    [formatDuration(125_000), '2 min 05 s'],
    [formatDuration(12_030_000), '3 h 20 min'],
    [formatMilliseconds(0.123), '0.1 ms'],
    [formatMilliseconds(57.6), '58 ms'],
    [formatMilliseconds(1057.6), '1.1 s'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});
