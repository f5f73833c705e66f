import { CollimatorError, describeUnknown } from '@collimator/errors';
import { CommanderError } from 'commander';
import type { CommandLine } from './command-line.ts';
import { renderError } from './output/error-view.ts';
import type { Output } from './output/output.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command.
 * @param words what follows `collimator`
 * @returns the exit code: 0 or that of a check that failed, else that of the error, which is printed
 */
export async function runCommandLine(
  words: readonly string[],
  line: Omit<CommandLine, 'setExitCode'>,
): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  try {
    await createProgram({ ...line, setExitCode }).parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    return reportError(thrown, line.output);
  }
}

/** Prints what was thrown and returns its exit code. Help and version are thrown too, and are no errors. */
export function reportError(thrown: unknown, output: Output): number {
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
