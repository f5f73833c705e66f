import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { jobJsonSchema } from './json-schema.ts';
import { allFields } from './known-fields.ts';

const reference = new URL('../../../docs/reference/', import.meta.url);

describe('docs/reference', () => {
  it('has the JSON Schema of this build', async () => {
    await expect(`${JSON.stringify(jobJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      new URL('job.schema.json', reference).pathname,
    );
  });

  it('describes every field of the job file', async () => {
    const page = await readFile(new URL('job.md', reference), 'utf8');
    const names = allFields().map((path) => path.slice(path.lastIndexOf('.') + 1));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
