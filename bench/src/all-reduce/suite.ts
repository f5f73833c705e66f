import { fileURLToPath } from 'node:url';
import { startContender } from '../contender.ts';
import { interleave } from '../interleave.ts';
import { pythonFolder } from '../python-environment.ts';
import { type Row, timeRow } from '../row.ts';
import type { Suite } from '../suite.ts';

const ours = fileURLToPath(new URL('ours.ts', import.meta.url));
const aim = 0.8;

/** All-reduce of 4, 32 and 124 MB of fp32 between two processes on loopback, against gloo. */
export const allReduce: Suite = {
  name: 'all-reduce',
  needsPython: true,
  run: async ({ python, say }) => {
    const rows: Row[] = [];
    for (const megabytes of [4, 32, 124]) {
      say(`all-reduce of ${megabytes} MB`);
      rows.push(await compare(python, megabytes));
    }
    return rows;
  },
};

async function compare(python: string, megabytes: number): Promise<Row> {
  const contenders = await Promise.all([
    startContender({
      name: 'ours',
      command: process.execPath,
      args: ['--conditions=@collimator/source', ours, String(megabytes)],
    }),
    startContender({ name: 'gloo', command: python, args: [`${pythonFolder}all_reduce.py`, String(megabytes)] }),
  ]);
  try {
    const medians = await interleave(contenders, { rounds: 6, stepsPerRound: 10 });
    const time = (name: string): number => medians.get(name) ?? Number.NaN;
    return timeRow(`all-reduce ${megabytes} MB, gloo`, time('ours'), time('gloo'), aim);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}
