import type { CollimatorError } from '@collimator/errors';
import { describe, expect, it } from 'vitest';
import { WorkQueue } from './work-queue.ts';

function never(error: CollimatorError): void {
  throw error;
}

/** Keeps the thread busy for this long. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('a work queue', () => {
  it('runs pieces in order and lets the event loop run between slices', async () => {
    const queue = new WorkQueue(never);
    const seen: (number | string)[] = [];
    await new Promise<void>((resolve) => {
      for (let piece = 0; piece < 12; piece++) {
        queue.push(() => {
          work(1);
          seen.push(piece);
          if (piece === 11) resolve();
        });
      }
      setImmediate(() => seen.push('event'));
    });
    expect(seen.filter((each) => each !== 'event')).toEqual(Array.from({ length: 12 }, (_, piece) => piece));
    expect(seen.indexOf('event')).toBeGreaterThan(0);
    expect(seen.indexOf('event')).toBeLessThan(11);
  });

  it('stops at a piece that throws, and says so once', async () => {
    const errors: CollimatorError[] = [];
    const queue = new WorkQueue((error) => errors.push(error));
    const seen: string[] = [];
    queue.push(() => seen.push('before'));
    queue.push(() => {
      throw new Error('no');
    });
    queue.push(() => seen.push('behind'));
    await new Promise(setImmediate);
    queue.push(() => seen.push('later'));
    await new Promise(setImmediate);
    expect(seen).toEqual(['before']);
    expect(errors.map(({ message }) => message)).toEqual(['no']);
  });
});
