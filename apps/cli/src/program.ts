import { Command } from 'commander';
import { productVersion } from './product-version.ts';
import type { CommandLine } from './command-line.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addDatasetCommands } from './commands/datasets.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEngineCommands } from './commands/engine.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addPredictCommand } from './commands/predict.ts';
import { addRunCommands } from './commands/runs.ts';
import { addTrainCommand } from './commands/train.ts';

/** The whole command line: nouns with their verbs. Throws CommanderError instead of ending the process. */
export function createProgram(line: CommandLine): Command {
  const program = new Command('collimator')
    .description('Data-parallel training of radiology models with the same bits at any worker count')
    .version(productVersion())
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError();
  addDoctorCommand(program, line);
  addEngineCommands(program, line);
  addDatasetCommands(program, line);
  addTrainCommand(program, line);
  addRunCommands(program, line);
  addLogsCommand(program, line);
  addEvaluateCommand(program, line);
  addPredictCommand(program, line);
  addCompletionCommand(program, line);
  return program;
}
