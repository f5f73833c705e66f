import { deriveSeed } from '@collimator/random';
import { describe, expect, test } from 'vitest';
import { dropoutKeys } from './index.ts';

describe('dropoutKeys', () => {
  const seed = deriveSeed(7, 'dropout');

  test('never change', () => {
    expect([...dropoutKeys(seed, 3, 1, 2)]).toMatchInlineSnapshot(`
      [
        1234158285,
        778578613,
        536459494,
        -554887720,
      ]
    `);
  });

  test('are one row for each operation, whatever else is asked for', () => {
    expect(dropoutKeys(seed, 5, 2, 3).subarray(0, 2)).toEqual(dropoutKeys(seed, 5, 2, 1));
    expect(dropoutKeys(seed, 5, 2, 0)).toHaveLength(0);
  });

  test('differ by seed, step, lane and operation', () => {
    const rows = [
      ...[dropoutKeys(seed, 0, 0, 2), dropoutKeys(seed, 1, 0, 2), dropoutKeys(seed, 0, 1, 2)],
      dropoutKeys(deriveSeed(8, 'dropout'), 0, 0, 2),
    ].flatMap((keys) => [keys.slice(0, 2).join(), keys.slice(2).join()]);
    expect(new Set(rows).size).toBe(rows.length);
  });
});
