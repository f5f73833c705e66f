import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deriveSeed, RANDOM_VERSION } from './seed.ts';

const page = readFileSync(new URL('../../../docs/reference/randomness.md', import.meta.url), 'utf8');

describe('docs/reference/randomness.md', () => {
  test('names the version', () => {
    expect(page).toContain(`**version ${RANDOM_VERSION}**`);
  });

  test('lists the sub-seeds of seed 7 as they are', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (\d+), (\d+) +\|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(['weights', 'order', 'augmentation', 'dropout', 'bootstrap']);
    for (const [, name, low, high] of rows) expect(deriveSeed(7, name)).toEqual([Number(low), Number(high)]);
  });
});
