import { execFile } from 'node:child_process';

const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits', '--id=0'];
const everyMs = 250;

/** Watches the memory in use on the first GPU, through nvidia-smi. */
export class PeakMemory {
  #peakMiB = 0;
  readonly #timer = setInterval(() => {
    execFile('nvidia-smi', query, (error, stdout) => {
      if (error === null) this.#peakMiB = Math.max(this.#peakMiB, Number(stdout.trim()));
    });
  }, everyMs);

  /** Ends the watch and returns the highest value seen, in MiB. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#peakMiB;
  }
}
