/**
 * `npm run bench [-- --only NAME] [--json]`: paired benchmarks, both sides in turns in one run with equal cores.
 * `--json` prints `{machine, rows: [{name, ours, theirs, unit, ratio, aim}]}`; a ratio above 1 is better for us.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { CollimatorError } from '@collimator/errors';
import { allReduce } from './all-reduce/suite.ts';
import { dataParallel } from './data-parallel/suite.ts';
import { describeMachine } from './machine.ts';
import { promises } from './promises/suite.ts';
import { pythonEnvironment } from './python-environment.ts';
import { type Row, renderTable } from './row.ts';
import type { Suite } from './suite.ts';
import { trainingStep } from './training-step/suite.ts';

const suites: readonly Suite[] = [trainingStep, allReduce, dataParallel, promises];

function chosenSuites(only: string | undefined): readonly Suite[] {
  if (only === undefined) return suites;
  const chosen = suites.filter(({ name }) => name === only);
  if (chosen.length > 0) return chosen;
  throw new CollimatorError('usage', `no benchmark "${only}"; there are ${suites.map(({ name }) => name).join(', ')}`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } });
  const chosen = chosenSuites(values.only);
  const machine = describeMachine(loadavg());
  const python = chosen.some((suite) => suite.needsPython) ? await pythonEnvironment(say) : '';
  const context = { python, cores: availableParallelism(), say };
  const rows: Row[] = [];
  for (const suite of chosen) rows.push(...(await suite.run(context)));
  const report = values.json
    ? JSON.stringify({ machine, rows }, undefined, 2)
    : `${JSON.stringify(machine)}\n\n${renderTable(rows)}`;
  process.stdout.write(`${report}\n`);
}

try {
  await main();
} catch (thrown) {
  const error = CollimatorError.from(thrown);
  say(`error [${error.code}] ${error.message}`);
  process.exitCode = error.exitCode;
}
