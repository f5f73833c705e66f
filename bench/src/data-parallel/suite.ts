import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, startContender } from '../contender.ts';
import { interleave } from '../interleave.ts';
import { pythonFolder } from '../python-environment.ts';
import { type Row, median, rowsAgainst } from '../row.ts';
import type { BenchmarkContext, Suite } from '../suite.ts';
import { pytorchVariants } from '../training-step/suite.ts';
import { OurRuns } from './our-runs.ts';

const dataWaitAim = 0.02;

/**
 * The whole training with two workers of one core each, ResNet-18 at 28×28, global batch 128, from real data, against
 * DistributedDataParallel on gloo with data in memory; and the share of our step that waits for data.
 */
export const dataParallel: Suite = { name: 'data-parallel', needsPython: true, run: compare };

async function compare({ python, say }: BenchmarkContext): Promise<Row[]> {
  say('data-parallel training: our runs start anew in each round, DistributedDataParallel stays');
  const store = await mkdtemp(join(tmpdir(), 'collimator-bench-'));
  const others: Contender[] = [];
  try {
    const ours = await OurRuns.start(store);
    for (const variant of pytorchVariants) {
      others.push(
        await startContender({ name: variant, command: python, args: [`${pythonFolder}data_parallel.py`, variant] }),
      );
    }
    const medians = await interleave([ours, ...others], { rounds: 4, stepsPerRound: 5 });
    return [...rowsAgainst('2 workers resnet18, PyTorch DDP', medians), dataWait(ours)];
  } finally {
    await Promise.all(others.map((contender) => contender.stop()));
    await rm(store, { recursive: true, force: true });
  }
}

function dataWait({ dataWaitShares }: OurRuns): Row {
  const share = median(dataWaitShares);
  const percent = { ours: 100 * share, theirs: 100 * dataWaitAim, unit: '%' };
  return {
    name: 'share of the step waiting for data, against the aim',
    ...percent,
    ratio: dataWaitAim / share,
    aim: 1,
  };
}
