import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CollimatorError } from '@collimator/errors';

const pollMs = 20;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = fileURLToPath(new URL('../../../apps/cli/bin/collimator.js', import.meta.url));

/** A `collimator` command as a user starts it. */
export class Command {
  /** What it wrote to stdout, when it has ended, however that was. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #written = '';

  private constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [bin, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      this.#written += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#written += text;
    });
    this.#child = child;
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject).on('close', () => {
        resolve(stdout);
      });
    });
  }

  static start(args: readonly string[]): Command {
    return new Command(args);
  }

  /** Settles once it has written a text. Throws `bug` where it ends before. */
  async printed(text: string): Promise<void> {
    while (!this.#written.includes(text)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new CollimatorError('bug', `ended without "${text}":\n${this.#written}`);
      await delay(pollMs);
    }
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }
}
