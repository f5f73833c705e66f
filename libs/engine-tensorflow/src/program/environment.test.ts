import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { engineForTests } from '../testing.ts';

await engineForTests();

const script = fileURLToPath(new URL('fixtures/train-and-hash.ts', import.meta.url));

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

function train(environment: Readonly<Record<string, string>>, cores: number): Promise<Printed> {
  const env = { ...process.env, ...environment };
  const args = ['--conditions=@collimator/source', script, String(cores)];
  return promisify(execFile)(process.execPath, args, { env });
}

async function weightsHash(environment: Readonly<Record<string, string>>, cores: number): Promise<string> {
  return (await train(environment, cores)).stdout;
}

let reference: string | undefined;

test.each([
  ['thread counts', { TF_NUM_INTRAOP_THREADS: '4', TF_NUM_INTEROP_THREADS: '3', OMP_NUM_THREADS: '4' }, 2],
  ['a lower instruction set and no oneDNN', { ONEDNN_MAX_CPU_ISA: 'SSE41', TF_ENABLE_ONEDNN_OPTS: '0' }, 2],
  ['a reduced precision', { ONEDNN_DEFAULT_FPMATH_MODE: 'BF16', TF_ENABLE_AUTO_MIXED_PRECISION: '1' }, 2],
  ['one core', {}, 1],
  ['more cores than there are', {}, 5],
])('%s in the environment do not change the bits', { timeout: 60_000 }, async (_, environment, cores) => {
  reference ??= await weightsHash({}, 2);
  expect(reference).toMatch(/^[0-9a-f]{64}$/);
  expect(await weightsHash(environment, cores)).toBe(reference);
});

test.each([
  ['nothing, unless something is wrong', {}, /^$/],
  ['what the user asks for', { TF_CPP_MIN_LOG_LEVEL: '0' }, /oneDNN custom operations are on/],
])('TensorFlow logs %s', { timeout: 60_000 }, async (_, environment, logged) => {
  expect((await train(environment, 1)).stderr).toMatch(logged);
});
