import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorCodes } from './codes.ts';

const page = readFileSync(new URL('../../../docs/reference/json.md', import.meta.url), 'utf8');

describe('docs/reference/json.md', () => {
  test('lists every error code under its exit code', () => {
    const rows = [...page.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) +\| (\d) +\|$/gm)];
    const listed = rows.flatMap(([, codes = '', exit]) =>
      codes.split(', ').map((code) => [code.slice(1, -1), Number(exit)]),
    );
    expect(Object.fromEntries(listed)).toEqual(errorCodes);
  });
});
