import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CollimatorError } from '@collimator/errors';

import type { DeviceChoice } from '../tfjs/environment.ts';
import { runProcess } from './run-process.ts';

const driverFolder = '/proc/driver/nvidia/gpus';

/** Names of the NVIDIA GPUs that this process can use, as the driver reports them; empty where there are none. */
export async function nvidiaGpus(): Promise<string[]> {
  const smi = await runProcess('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']);
  if (smi.exitCode === 0) return smi.stdout.split('\n').filter((line) => line.trim() !== '');
  const slots = await readdir(driverFolder).catch(() => []);
  return Promise.all(
    slots.map(async (slot) => {
      const information = await readFile(join(driverFolder, slot, 'information'), 'utf8').catch(() => '');
      return /^Model:\s*(.+)$/m.exec(information)?.[1] ?? slot;
    }),
  );
}

/** The kind of device that a choice means on this machine. Throws `engine_missing` where a GPU is asked for in vain. */
export async function deviceFor(choice: DeviceChoice): Promise<'cpu' | 'gpu'> {
  if (choice === 'cpu') return 'cpu';
  const found = (await nvidiaGpus()).length > 0;
  if (choice === 'gpu' && !found) {
    throw new CollimatorError('engine_missing', 'the job asks for a GPU, and no NVIDIA GPU was found', {
      next: 'check that "nvidia-smi" lists one, or set "device: cpu" in the job',
    });
  }
  return found ? 'gpu' : 'cpu';
}
