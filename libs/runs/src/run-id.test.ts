import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newestFirst, newRunId, parseRunId } from './run-id.ts';

describe('run ids', () => {
  test('name the job, the time in UTC, and four random characters', () => {
    let draws = 0;
    const id = newRunId('pneumonia', new Date('2026-03-04T05:06:07.890Z'), (bound) => (draws++ * 11) % bound);
    expect(id).toBe('pneumonia-20260304-050607-0bmx');
  });

  test('can be taken apart, whatever the job', () => {
    const job = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);
    const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(job, time, fc.nat(), (name, now, seed) => {
        const parts = parseRunId(newRunId(name, now, (bound) => seed % bound));
        expect(parts?.job).toBe(name);
        expect(parts?.startedAt.getTime()).toBe(Math.floor(now.getTime() / 1000) * 1000);
      }),
    );
  });

  test.each(['latest', 'pneumonia', 'pneumonia-20260304-0506-abcd', 'pneumonia-20261304-050607-abcd', ''])(
    '%s is none',
    (text) => {
      expect(parseRunId(text)).toBeUndefined();
    },
  );

  test('sort from the newest to the oldest, whatever the job', () => {
    const runs = [
      'a-20260102-000000-aaaa',
      'z-20260101-000000-aaaa',
      'b-20260102-000001-aaaa',
      'a-20260102-000000-bbbb',
    ];
    expect(runs.sort(newestFirst)).toEqual([
      'b-20260102-000001-aaaa',
      'a-20260102-000000-aaaa',
      'a-20260102-000000-bbbb',
      'z-20260101-000000-aaaa',
    ]);
  });
});
