/** `ensure-stand-in.ts STAND_IN CACHE`: one of several processes that set the same engine up; prints phases, then paths. */
import { ensureEngine } from '../ensure-engine.ts';
import { standInRecipe } from './stand-in-engine.ts';

const [standIn = '', cacheFolder = ''] = process.argv.slice(2);
const phases = new Set<string>();
const location = await ensureEngine({
  cacheFolder,
  recipe: await standInRecipe(standIn),
  progress: ({ phase }) => {
    if (!phases.has(phase)) process.stdout.write(`${phase}\n`);
    phases.add(phase);
  },
});
process.stdout.write(`${location.runnerPath}\n`);
