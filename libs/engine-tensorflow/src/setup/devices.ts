import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DeviceChoice } from '../tfjs/environment.ts';
import { runProcess } from './run-process.ts';

const driverFolder = '/proc/driver/nvidia';

/** Names of the NVIDIA GPUs of this machine, as the driver reports them; none if `CUDA_VISIBLE_DEVICES` hides them. */
export async function nvidiaGpus(): Promise<string[]> {
  if (['', '-1'].includes(process.env.CUDA_VISIBLE_DEVICES ?? '0')) return [];
  const listed = await runProcess('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']);
  if (listed.exitCode === 0) return listed.stdout.split('\n').filter((line) => line.trim() !== '');
  const slots = await readdir(join(driverFolder, 'gpus')).catch(() => []);
  return Promise.all(slots.map(modelOf));
}

async function modelOf(slot: string): Promise<string> {
  const information = await readFile(join(driverFolder, 'gpus', slot, 'information'), 'utf8').catch(() => '');
  return /^Model:\s*(.+)$/m.exec(information)?.[1] ?? slot;
}

/** The NVIDIA driver, by its version. */
export async function nvidiaDriver(): Promise<string> {
  const version = await readFile(join(driverFolder, 'version'), 'utf8').catch(() => '');
  return /Kernel Module.*?(\d+\.\d[\d.]*)/.exec(version)?.[1] ?? 'of unknown version';
}

/** The engine that a choice means on this machine: `auto` is the GPU's where there is a GPU. */
export async function deviceFor(choice: DeviceChoice): Promise<'cpu' | 'gpu'> {
  if (choice !== 'auto') return choice;
  return (await nvidiaGpus()).length > 0 ? 'gpu' : 'cpu';
}
