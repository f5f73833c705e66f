import { fileURLToPath } from 'node:url';
import { type Contender, type ContenderCommand, startContender } from '../contender.ts';
import { interleave } from '../interleave.ts';
import { pythonFolder } from '../python-environment.ts';
import { type Row, rowsAgainst } from '../row.ts';
import type { BenchmarkContext, Suite } from '../suite.ts';

const ours = fileURLToPath(new URL('ours.ts', import.meta.url));

/** What PyTorch offers on a processor; the aim is the best of them. */
export const pytorchVariants = ['eager', 'channels_last', 'compile'];

/** A whole training step in one process on all cores: forward, backward, summation, optimizer. */
export const trainingStep: Suite = {
  name: 'training-step',
  needsPython: true,
  run: async (context) => [...(await compare('resnet18', context)), ...(await compare('unet2d', context))],
};

async function compare(network: string, { python, cores, say }: BenchmarkContext): Promise<Row[]> {
  say(`training step of ${network}: all four sides compile first`);
  const threads = String(cores);
  const commands: ContenderCommand[] = [
    {
      name: 'ours',
      command: process.execPath,
      args: ['--conditions=@collimator/source', ours, network, threads],
    },
    ...pytorchVariants.map((variant) => ({
      name: variant,
      command: python,
      args: [`${pythonFolder}training_step.py`, network, variant, threads],
    })),
  ];
  const contenders: Contender[] = [];
  try {
    for (const command of commands) contenders.push(await startContender(command));
    const medians = await interleave(contenders, { rounds: 5, stepsPerRound: 3 });
    return rowsAgainst(`training-step ${network}, PyTorch`, medians);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}
