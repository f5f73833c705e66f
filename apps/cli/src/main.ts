import { Interruption } from './interruption.ts';
import { StreamOutput } from './output/output.ts';
import { reportError, runCommandLine } from './run-command-line.ts';

const words = process.argv.slice(2);
const output = new StreamOutput(process, words.includes('--json'));
const interruption = new Interruption(process, (error) => {
  process.exit(reportError(error, output));
});

endWithStarter();
process.stdout.on('error', endQuietlyWithReader);
process.exitCode = await runCommandLine(words, { output, interruption, environment: process.env, now: Date.now });

/** `collimator runs list | head` closes our stdout early: that is no error. */
function endQuietlyWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** When the program that started this one is gone, however that came, this ends as after a signal. */
function endWithStarter(): void {
  process.channel?.unref();
  process.once('disconnect', () => process.emit('SIGHUP', 'SIGHUP'));
}
