import { setTimeout } from 'node:timers/promises';
import { CollimatorError } from '@collimator/errors';
import type { ObjectStore } from '@collimator/object-store';
import { followLogs, isOver, type LogLine, type LogSelection, readLogs, RunStore } from '@collimator/runs';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandLine, type CommonOptions, openStore, withCommonOptions } from '../command-line.ts';
import type { Output } from '../output/output.ts';
import { renderLogLine } from '../views/log-view.ts';

const lookAgainMs = 500;

interface LogFlags extends CommonOptions {
  readonly follow?: boolean;
  readonly worker?: number;
}

/** `logs RUN [-f] [--worker ID]`, also when the processes are long gone. */
export function addLogsCommand(program: Command, line: CommandLine): void {
  withCommonOptions(program.command('logs').argument('<run>', 'a run, a unique prefix of one, latest, or a job name'))
    .description('show the log lines of a run, of all its processes')
    .option('-f, --follow', 'wait for more lines until the run is over')
    .option('--worker <id>', 'only the lines of this worker', workerId)
    .action((reference: string, flags: LogFlags) => logs(line, reference, flags));
}

async function logs(line: CommandLine, reference: string, { follow, worker, ...options }: LogFlags): Promise<void> {
  const store = await openStore(line, options);
  const runs = new RunStore(store);
  const run = await runs.resolve(reference, { jobNames: true });
  if (worker !== undefined) await requireWorker(runs, run, worker);
  const selection = worker === undefined ? {} : { worker };
  if (follow === true) await followUntilOver(line, store, run, selection);
  else for (const logLine of await readLogs(store, run, selection)) print(line.output, logLine);
}

/** Refuses an id that no worker of the run has, or will have. */
async function requireWorker(runs: RunStore, run: string, worker: number): Promise<void> {
  const { workers } = await runs.read(run);
  const { replicas } = (await runs.readJob(run)).spec.workers;
  const ids = new Set([...Array(replicas).keys(), ...workers.map(({ id }) => id)]);
  if (ids.has(worker)) return;
  const known = [...ids].sort((left, right) => left - right).join(', ');
  throw new CollimatorError('usage', `run ${run} has no worker ${worker}; it has ${known}`, {
    next: `Choose one of these, or leave out --worker for all processes`,
  });
}

/** Ctrl-C is how one stops looking on: it is no error. */
async function followUntilOver(
  line: CommandLine,
  store: ObjectStore,
  run: string,
  selection: LogSelection,
): Promise<void> {
  const runs = new RunStore(store);
  await line.interruption.during(async (signal) => {
    const wait = (): Promise<void> => setTimeout(lookAgainMs, undefined, { signal }).catch(() => undefined);
    const over = async (): Promise<boolean> => signal.aborted || isOver((await runs.read(run)).state);
    for await (const logLine of followLogs(store, run, { ...selection, wait, isOver: over }))
      print(line.output, logLine);
  });
}

/** One line of text, or with `--json` the line as it is kept: one JSON document a line. */
function print(output: Output, logLine: LogLine): void {
  output.print([output.json ? JSON.stringify(logLine) : renderLogLine(logLine)]);
}

function workerId(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`A worker id is a whole number from 0, such as 1.`);
}
