import { runList, RunStore } from '@collimator/runs';
import type { Command } from 'commander';
import { type CommandLine, type CommonOptions, openStore, withCommonOptions } from '../command-line.ts';
import { renderRun, renderRuns } from '../views/run-view.ts';

/** What may stand for a run on the command line. */
export const runReference = 'a run, a unique prefix of one, or latest';

/** `runs list | show`, also while a run goes on. */
export function addRunCommands(program: Command, line: CommandLine): void {
  const runs = program.command('runs').description('list runs, or show one').helpCommand(false);
  withCommonOptions(runs.command('list'))
    .description('list the runs of the store, newest first')
    .action((options: CommonOptions) => list(line, options));
  withCommonOptions(runs.command('show').argument('<run>', runReference))
    .description('show a run: state, progress, workers, results')
    .action((reference: string, options: CommonOptions) => show(line, reference, options));
}

async function list(line: CommandLine, options: CommonOptions): Promise<void> {
  const records = await new RunStore(await openStore(line, options)).list();
  if (line.output.json) line.output.printJson(runList(records));
  else line.output.print(renderRuns(records));
}

async function show(line: CommandLine, reference: string, options: CommonOptions): Promise<void> {
  const runs = new RunStore(await openStore(line, options));
  const record = await runs.read(await runs.resolve(reference));
  if (line.output.json) line.output.printJson(record);
  else line.output.print(renderRun(record));
}
