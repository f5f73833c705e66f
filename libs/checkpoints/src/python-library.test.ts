import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { type NamedTensor } from './tensor.ts';
import { encodeWeights } from './weights.ts';

const requirements = ['safetensors>=0.4,<1', 'numpy>=1.24,<3'];
const cache = fileURLToPath(new URL('../../../node_modules/.cache/collimator/python', import.meta.url));
const packages = join(cache, 'safetensors-numpy');

/** Reads argv[1] and prints each tensor; writes the same tensors to argv[2]. */
const program = `
import json, sys
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1], framework="np") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    metadata = file.metadata()
print(json.dumps({"metadata": metadata, "tensors": {
    name: {"dtype": str(t.dtype), "shape": t.shape, "hex": t.tobytes().hex()} for name, t in tensors.items()}}))
save_file(tensors, sys.argv[2], metadata=metadata)
`;

interface PythonReading {
  readonly metadata: Record<string, string>;
  readonly tensors: Record<string, { readonly dtype: string; readonly shape: number[]; readonly hex: string }>;
}

/** Installs the packages once, into a folder that appears whole or not at all; returns why it could not, if so. */
function installPackages(): string | undefined {
  if (existsSync(packages)) return undefined;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${packages}-`);
  const arguments_ = ['-m', 'pip', 'install', '--quiet', '--target', unfinished, ...requirements];
  const pip = spawnSync('python3', arguments_, { encoding: 'utf8' });
  if (pip.status !== 0) {
    rmSync(unfinished, { recursive: true });
    return `python3 -m pip install ${requirements.join(' ')} failed: ${pip.error?.message ?? pip.stderr}`;
  }
  if (!existsSync(packages)) renameSync(unfinished, packages);
  return undefined;
}

function readWithPython(bytes: Uint8Array): { readonly reading: PythonReading; readonly rewritten: Uint8Array } {
  const folder = mkdtempSync(join(tmpdir(), 'collimator-safetensors-'));
  try {
    const [ours, theirs] = [join(folder, 'ours.safetensors'), join(folder, 'theirs.safetensors')];
    writeFileSync(ours, bytes);
    const environment = { ...process.env, PYTHONPATH: packages };
    const python = spawnSync('python3', ['-c', program, ours, theirs], { encoding: 'utf8', env: environment });
    if (python.status !== 0) throw new Error(python.stderr);
    return { reading: JSON.parse(python.stdout) as PythonReading, rewritten: readFileSync(theirs) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hexOf({ values }: NamedTensor): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}

const tensors: NamedTensor[] = [
  { name: 'z/kernel', shape: [2, 3], values: new Float32Array([1, -0, Number.NaN, Infinity, 1e-45, -3.5]) },
  { name: 'odd', shape: [3], values: new Int32Array([1, -2, 2 ** 31 - 1]) },
  { name: 'a/count', shape: [2], values: new BigInt64Array([-1n, 2n ** 62n]) },
  { name: '7', shape: [], values: new Float32Array([42]) },
  { name: 'empty', shape: [0, 4], values: new Float32Array(0) },
  { name: 'Größe "µ"', shape: [1], values: new Float32Array([0.1]) },
];

describe('the Python safetensors library', () => {
  let missing: string | undefined;

  beforeAll(() => {
    missing = installPackages();
  }, 300_000);

  /** Skips, saying why, where the library cannot be had; never in continuous integration. */
  function needPython({ skip }: TestContext): void {
    if (missing === undefined) return;
    if (process.env.CI === 'true') throw new Error(missing);
    skip(missing);
  }

  test('reads every type, shape and bit that we write, and we read what it writes', (context) => {
    needPython(context);
    const file = { metadata: { formatVersion: '1', note: 'ü' }, tensors };
    const { reading, rewritten } = readWithPython(encodeSafetensors(file));
    expect(reading.metadata).toEqual(file.metadata);
    expect(Object.keys(reading.tensors).sort()).toEqual(tensors.map(({ name }) => name).sort());
    for (const tensor of tensors) {
      expect(reading.tensors[tensor.name]).toMatchObject({ shape: tensor.shape, hex: hexOf(tensor) });
    }
    const back = decodeSafetensors(rewritten, 'theirs');
    const byName = (left: NamedTensor, right: NamedTensor) => (left.name < right.name ? -1 : 1);
    expect(back.metadata).toEqual(file.metadata);
    expect(back.tensors.toSorted(byName)).toEqual(tensors.toSorted(byName));
  });

  test('reads a weight file', (context) => {
    needPython(context);
    const variables = [{ name: 'conv/kernel', shape: [2], values: new Float32Array([1, 2]) }];
    const { reading } = readWithPython(encodeWeights({ step: 3, digest: 'd', jobHash: 'h', variables }));
    expect(reading).toEqual({
      metadata: { digest: 'd', formatVersion: '1', jobHash: 'h', kind: 'weights', step: '3' },
      tensors: { 'conv/kernel': { dtype: 'float32', shape: [2], hex: '0000803f00000040' } },
    });
  });
});
