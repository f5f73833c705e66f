import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Highest first; the highest that the processor has decides which kernels oneDNN picks. */
const instructionSets = [
  { flag: 'amx_bf16', name: 'AMX' },
  { flag: 'avx512_bf16', name: 'AVX-512 with bfloat16' },
  { flag: 'avx512f', name: 'AVX-512' },
  { flag: 'avx2', name: 'AVX2' },
  { flag: 'avx', name: 'AVX' },
] as const;

/** The highest instruction set that a `flags` line of `/proc/cpuinfo` names, or `undefined` where there is not even AVX. */
export function instructionSetOf(cpuInformation: string): string | undefined {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuInformation)?.[1]?.trim().split(' '));
  return instructionSets.find(({ flag }) => flags.has(flag))?.name;
}

export interface Processor {
  /** As the system names it. */
  readonly name: string;
  readonly threads: number;
  readonly instructionSet: string | undefined;
}

/** The processor of this machine. */
export async function thisProcessor(): Promise<Processor> {
  const threads = cpus();
  return {
    name: threads[0]?.model.trim() ?? 'unknown processor',
    threads: threads.length,
    instructionSet: instructionSetOf(await readFile('/proc/cpuinfo', 'utf8').catch(() => '')),
  };
}
