import { readFile, readdir } from 'node:fs/promises';

/** Whether a process is there and not a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !stat.includes(') Z ');
}

/** Ids of the processes whose command line contains a text, such as the id of a run. */
export async function processesWith(text: string): Promise<number[]> {
  const entries = await readdir('/proc');
  const found: number[] = [];
  for (const pid of entries.map(Number).filter(Number.isInteger)) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(text) && (await isAlive(pid))) found.push(pid);
  }
  return found;
}
