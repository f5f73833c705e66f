import { fileURLToPath } from 'node:url';
import { type ContenderCommand, startContender } from '../contender.ts';
import { interleave } from '../interleave.ts';
import { pythonFolder } from '../python-environment.ts';
import { type Row, timeRow } from '../row.ts';

const ours = fileURLToPath(new URL('./ours.ts', import.meta.url));
const variants = ['eager', 'channels_last', 'compile'];

/** A whole training step in one process, against PyTorch eager, channels_last and compiled; the aim is the best of them. */
export async function trainingStep(python: string, cores: number, say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const network of ['resnet18', 'unet2d']) {
    say(`training step, ${network}: compiling both sides`);
    rows.push(...(await compare(network, python, cores)));
  }
  return rows;
}

async function compare(network: string, python: string, cores: number): Promise<Row[]> {
  const commands: ContenderCommand[] = [
    {
      name: 'ours',
      command: process.execPath,
      args: ['--conditions=@collimator/source', ours, network, String(cores)],
      env: { UV_THREADPOOL_SIZE: String(cores + 4) },
    },
    ...variants.map((variant) => ({
      name: variant,
      command: python,
      args: [`${pythonFolder}training_step.py`, network, variant, String(cores)],
    })),
  ];
  const contenders = [];
  try {
    for (const command of commands) contenders.push(await startContender(command));
    const medians = await interleave(contenders, { rounds: 4, stepsPerRound: 4 });
    const own = medians.get('ours') ?? Number.NaN;
    const best = Math.min(...variants.map((variant) => medians.get(variant) ?? Infinity));
    const row = (variant: string): Row => {
      const theirs = medians.get(variant) ?? Number.NaN;
      return timeRow(`training-step ${network}, PyTorch ${variant}`, own, theirs, theirs === best ? 1 : 0);
    };
    return variants.map(row);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}
