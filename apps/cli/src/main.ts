import { CollimatorError, describeUnknown } from '@collimator/errors';
import { CommanderError } from 'commander';
import type { CommandLine } from './command-line.ts';
import { Interruption } from './interruption.ts';
import { renderError } from './output/error-view.ts';
import { StreamOutput } from './output/output.ts';
import { createProgram } from './program.ts';

const words = process.argv.slice(2);
const output = new StreamOutput(process, words.includes('--json'));
const line: CommandLine = {
  output,
  environment: process.env,
  interruption: new Interruption(process, (error) => {
    process.exit(reportError(error));
  }),
  now: Date.now,
  setExitCode: (exitCode) => {
    process.exitCode = exitCode;
  },
};

process.stdout.on('error', endQuietlyWithReader);
try {
  await createProgram(line).parseAsync(words, { from: 'user' });
} catch (thrown) {
  process.exitCode = reportError(thrown);
}

/** Prints what was thrown; the exit code that belongs to it. Help and version are no errors. */
function reportError(thrown: unknown): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const error = thrown instanceof CommanderError ? usageError(thrown) : CollimatorError.from(thrown);
  if (output.json) output.printJson({ error: describeUnknown(error) });
  else output.say(renderError(error));
  return error.exitCode;
}

function usageError({ code, message }: CommanderError): CollimatorError {
  const text =
    code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new CollimatorError('usage', text, { next: 'collimator --help lists the commands; each has its own --help' });
}

/** `collimator runs list | head` closes our stdout early: that is no error. */
function endQuietlyWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
