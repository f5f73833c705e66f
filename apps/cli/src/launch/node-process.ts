import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CollimatorError } from '@collimator/errors';
import { LineRing } from './line-ring.ts';

export interface NodeProgram {
  /** A `.ts` file of the sources or a `.js` file of a build. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

const stderrLinesKept = 1_000;
/** The pipes of a dead process are drained in less, also on a machine that is overloaded; a grandchild may hold them open for ever. */
const pipeDrainMs = 1_000;

/**
 * A child process that runs a program of ours. It is in a process group of its own, so that Ctrl-C in a terminal reaches
 * only us and we stop it in order; it ends itself when its stdin ends, which is when we are gone, however that came.
 */
export class NodeProcess {
  readonly pid: number;
  /** Settles when the process has ended and its stderr is read. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #stderr = new LineRing(stderrLinesKept);
  readonly #firstLine = Promise.withResolvers<string>();
  #stdout = '';
  #running = true;

  /** @throws engine_failed when the system cannot start another process. */
  constructor({ file, args, env }: NodeProgram) {
    const conditions = file.endsWith('.ts')
      ? ['--conditions=@collimator/source', '--disable-warning=ExperimentalWarning']
      : [];
    this.#child = spawn(process.execPath, [...conditions, file, ...args], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      this.#stderr.push(piece);
    });
    this.#child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      this.#readStdout(piece);
    });
    this.#child.stdin.on('error', () => undefined);
    this.ended = this.#waitForEnd();
    if (this.#child.pid === undefined) throw new CollimatorError('engine_failed', `cannot start ${process.execPath}`);
    this.pid = this.#child.pid;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The newest lines of stderr, oldest first. */
  stderrTail(lines: number): readonly string[] {
    return this.#stderr.tail(lines);
  }

  /** The first line of stdout; undefined when the process ends without one. */
  firstLine(): Promise<string | undefined> {
    return Promise.race([this.#firstLine.promise, this.ended.then(() => undefined)]);
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#running) this.#child.kill(signal);
  }

  /** Only the first line is wanted; what follows is read and dropped. */
  #readStdout(piece: string): void {
    if (this.#stdout.includes('\n')) return;
    this.#stdout += piece;
    const end = this.#stdout.indexOf('\n');
    if (end >= 0) this.#firstLine.resolve(this.#stdout.slice(0, end));
  }

  async #waitForEnd(): Promise<ProcessEnd> {
    const drained = once(this.#child, 'close');
    const [exitCode, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#running = false;
    await Promise.race([drained, delay(pipeDrainMs)]);
    this.#child.stdin.destroy();
    return { exitCode: exitCode ?? undefined, signal: signal ?? undefined };
  }
}
