import type { Split } from '@collimator/datasets';
import type { Command } from 'commander';
import { type CommandLine, type CommonOptions, openStore, withCommonOptions } from '../command-line.ts';
import { engineForJob } from '../engine-setup.ts';
import { openTrainedRun, weightsNotice } from '../inference/trained-run.ts';
import { renderEvaluation } from '../views/evaluation-view.ts';
import { runReference } from './runs.ts';
import { splitOption } from './split-option.ts';

interface EvaluateFlags extends CommonOptions {
  readonly split: Split;
}

/** `evaluate RUN --split test`: a read of the test split is recorded with the data set. */
export function addEvaluateCommand(program: Command, line: CommandLine): void {
  withCommonOptions(program.command('evaluate').argument('<run>', runReference))
    .description('measure the weights of a run on a split of its data set, with 95 % intervals')
    .addOption(splitOption('which split; a read of test is recorded with the data set').makeOptionMandatory())
    .action((reference: string, flags: EvaluateFlags) => evaluate(line, reference, flags));
}

async function evaluate(line: CommandLine, reference: string, flags: EvaluateFlags): Promise<void> {
  const trained = await openTrainedRun(await openStore(line, flags), reference);
  line.output.say(weightsNotice(trained));
  const engine = await engineForJob(line, trained.job, flags);
  const { evaluateRun } = await import('../inference/evaluate-run.ts');
  const record = await evaluateRun(trained, { split: flags.split, engine, at: new Date(line.now()) });
  const newest = record.evaluations.at(-1);
  if (line.output.json) line.output.printJson(record);
  else line.output.print([record.run, ...(newest === undefined ? [] : renderEvaluation(newest))]);
}
