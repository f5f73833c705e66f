import type { Split } from '@collimator/datasets';
import type { Command } from 'commander';
import { type CommandLine, type CommonOptions, openStore, withCommonOptions } from '../command-line.ts';
import { engineForJob } from '../engine-setup.ts';
import { classificationCsv, regressionCsv } from '../inference/predictions-csv.ts';
import { openTrainedRun, weightsNotice } from '../inference/trained-run.ts';
import { readInputFile } from '../input-file.ts';
import { writeOutputFile } from '../output-file.ts';
import { runReference } from './runs.ts';
import { splitOption } from './split-option.ts';

interface PredictFlags extends CommonOptions {
  readonly input: string;
  readonly split: Split;
  readonly output: string;
}

/** `predict RUN --input FILE.npz [--split test] --output FILE.csv` */
export function addPredictCommand(program: Command, line: CommandLine): void {
  withCommonOptions(program.command('predict').argument('<run>', runReference))
    .description('predict the images of an npz file with the weights of a run')
    .requiredOption('--input <file>', 'npz file with images of the shape that the run was trained on')
    .addOption(splitOption('which images of the file: test_images by default').default('test'))
    .requiredOption('--output <file>', 'CSV file: sample, a probability for each class, predicted class')
    .action((reference: string, flags: PredictFlags) => predict(line, reference, flags));
}

async function predict(line: CommandLine, reference: string, flags: PredictFlags): Promise<void> {
  const { input, split, output: path } = flags;
  const file = await readInputFile(input, {
    kind: 'npz file',
    code: 'dataset_missing',
    next: 'Name a file that exists with --input',
  });
  const trained = await openTrainedRun(await openStore(line, flags), reference);
  line.output.say(weightsNotice(trained));
  const engine = await engineForJob(line, trained.job, flags);
  const { predictFile } = await import('../inference/predict-file.ts');
  const predictions = await predictFile(trained, file, split, engine);
  const { classes } = trained.dataset.content.label;
  const isRegression = trained.job.spec.task === 'regression';
  await writeOutputFile(path, isRegression ? regressionCsv(predictions) : classificationCsv(predictions, classes));
  const { samples } = predictions;
  if (line.output.json) line.output.printJson({ formatVersion: 1, run: trained.run, split, samples, output: path });
  else line.output.print([`Wrote ${path}: ${samples} images of ${split}_images, predicted by ${trained.run}`]);
}
