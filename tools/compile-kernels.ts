/**
 * Compiles the collective's kernels: `node tools/compile-kernels.ts` writes `kernels.generated.ts` from `kernels.wat`;
 * with `--check` it only compares and exits with 1 when they differ.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import createWabt from 'wabt';

const folder = new URL('../libs/arrays/src/kernels/', import.meta.url);
const source = fileURLToPath(new URL('kernels.wat', folder));
const target = fileURLToPath(new URL('kernels.generated.ts', folder));

const generated = await compile();
if (!process.argv.includes('--check')) {
  await writeFile(target, generated);
} else if ((await readFile(target, 'utf8')) !== generated) {
  console.error(`${target} is not what ${source} compiles to; run "npm run generate -w libs/arrays"`);
  process.exitCode = 1;
}

async function compile(): Promise<string> {
  const wabt = await createWabt();
  const module = wabt.parseWat(source, await readFile(source, 'utf8'), { simd: true, threads: true });
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  const lines = base64.match(/.{1,110}/gu) ?? [];
  return [
    '// Compiled from kernels.wat by tools/compile-kernels.ts; a test compares the two.',
    'export const kernelsBase64 =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}
