import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CollimatorError } from '@collimator/errors';

/** One side of a benchmark: a process that says `{"ready": true}`, and answers `measure N` with `{"ms": [...]}`. */
export interface Contender {
  readonly name: string;
  /** Times of `count` steps, in milliseconds. */
  measure(count: number): Promise<readonly number[]>;
  stop(): Promise<void>;
}

export interface ContenderCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the process and waits until it has warmed up. Throws `bug` with its stderr where it ends early. */
export async function startContender(command: ContenderCommand): Promise<Contender> {
  const child = spawn(command.command, command.args, {
    env: { ...process.env, ...command.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stderr: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const nextAnswer = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const line = await answers.next();
      if (line.done === true)
        throw new CollimatorError('bug', `${command.name} ended early:\n${stderr.join('').slice(-2000)}`);
      if (line.value.startsWith('{')) return JSON.parse(line.value) as Record<string, unknown>;
    }
  };

  await nextAnswer();
  return {
    name: command.name,
    measure: async (count) => {
      child.stdin.write(`measure ${count}\n`);
      return (await nextAnswer()).ms as number[];
    },
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  const deadline = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(deadline);
}
