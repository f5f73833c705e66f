import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../python/', import.meta.url));
const environment = fileURLToPath(new URL('../.venv/', import.meta.url));

/** Folder of the Python sides. */
export const pythonFolder = folder;

/** The benchmark's own Python with PyTorch, made on first use and whenever the requirements change. Returns its path. */
export async function pythonEnvironment(say: (line: string) => void): Promise<string> {
  const requirements = `${folder}requirements.txt`;
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const marker = `${environment}collimator-requirements`;
  const python = `${environment}bin/python`;
  if ((await readFile(marker, 'utf8').catch(() => '')) === wanted) return python;

  say('building the Python environment for the other side (PyTorch, about 3 GB, once)');
  await rm(environment, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', environment]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { maxBuffer: 1 << 26 });
  await writeFile(marker, wanted);
  return python;
}
