import { EventEmitter } from 'node:events';
import { Interruption } from '../interruption.ts';
import { StreamOutput } from '../output/output.ts';
import { runCommandLine } from '../run-command-line.ts';

/** How a command ended, and what it wrote. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process; its streams are kept, everything else is real. */
export async function runCommand(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<CommandResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const streams = {
    stdout: { write: (text: string) => stdout.push(text) },
    stderr: { write: (text: string) => stderr.push(text) },
  };
  const exitCode = await runCommandLine(words, {
    output: new StreamOutput(streams, words.includes('--json')),
    interruption: new Interruption(new EventEmitter(), () => undefined),
    environment: { ...process.env, ...environment },
    now: Date.now,
  });
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}
