import { type Command, InvalidArgumentError } from 'commander';
import { type CommandLine, type CommonOptions, withCommonOptions } from '../command-line.ts';
import { type JobFlags, readJob } from '../train/read-job.ts';

type TrainFlags = CommonOptions & JobFlags;

/** `train JOB.yaml [--workers N] [--set path=value ...]` */
export function addTrainCommand(program: Command, line: CommandLine): void {
  withCommonOptions(program.command('train').argument('<job>', 'a job file: docs/reference/job.md'))
    .description('train a job on this machine and print its result on the test split')
    .option('--workers <count>', 'worker processes, instead of spec.workers.replicas', workerCount)
    .option('--set <path=value>', 'change a field of the job for this run, such as training.epochs=3', collect)
    .action(async (file: string, flags: TrainFlags) => {
      const job = await readJob(file, flags);
      const { runTraining } = await import('../train/run-training.ts');
      await runTraining(line, job, flags);
    });
}

function workerCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A worker count is a whole number from 1.');
}

function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}
