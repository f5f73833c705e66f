import { CollimatorError } from '@collimator/errors';

import { nvidiaDriver, nvidiaGpus } from './devices.ts';
import { chooseCache, chooseRecipe, type LocateOptions, verifyEngine } from './engine-location.ts';
import { bytesToInstall } from './install-engine.ts';
import { platformProblem, platformRemedy, thisPlatform } from './platform.ts';
import {
  compilerRemedy,
  compilerVersion,
  diskRemedy,
  freeBytes,
  importRemedy,
  pipRemedy,
  pipVersion,
} from './prerequisites.ts';
import { type Processor, thisProcessor } from './processor.ts';
import { formatBytes } from './progress.ts';

/** One line of `collimator doctor`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, for people. */
  readonly found: string;
  /** What to do; only where it is not ok. */
  readonly remedy?: string;
}

const oldestNode = 20;

/** Everything that the engine needs on this machine, each with its remedy; every byte of an installed engine is hashed. */
export async function engineChecks(options: LocateOptions = {}): Promise<Check[]> {
  const engine = await checkEngine(options);
  return [
    checkPlatform(),
    checkNode(process.versions.node),
    checkProcessor(await thisProcessor()),
    await checkGpu(),
    checkTool('python3 with pip', await pipVersion(), pipRemedy, engine.ok),
    checkTool('g++', await compilerVersion(), compilerRemedy, engine.ok),
    await checkDisk(options, engine.ok),
    engine,
  ];
}

function check(name: string, ok: boolean, found: string, remedy: string): Check {
  return ok ? { name, ok, found } : { name, ok, found, remedy };
}

function checkPlatform(): Check {
  const platform = thisPlatform();
  const problem = platformProblem(platform);
  const found = problem ?? `${platform.system} ${platform.architecture}, glibc ${platform.glibc ?? ''}`;
  return check('platform', problem === undefined, found, platformRemedy);
}

function checkNode(version: string): Check {
  const recent = Number.parseInt(version, 10) >= oldestNode;
  return check('Node.js', recent, version, `install Node.js ${oldestNode} or newer; "npm ci" brings its own`);
}

function checkProcessor({ name, threads, instructionSet }: Processor): Check {
  const found = `${name}, ${threads} threads, ${instructionSet ?? 'no AVX'}`;
  return check('processor', instructionSet !== undefined, found, 'TensorFlow needs a processor with AVX');
}

/** A machine without a GPU is fine; a GPU without a driver is not seen by the system at all. */
async function checkGpu(): Promise<Check> {
  const gpus = await nvidiaGpus();
  const found =
    gpus.length === 0 ? 'no NVIDIA GPU: lanes run on the CPU' : `${gpus.join(', ')}; driver ${await nvidiaDriver()}`;
  return check('GPU', true, found, '');
}

/** What is needed only to install is no fault where the engine is installed. */
function checkTool(name: string, version: string | undefined, remedy: string, installed: boolean): Check {
  const found = version ?? (installed ? 'not found; not needed, the engine is installed' : 'not found');
  return check(name, version !== undefined || installed, found, `${remedy}, or ${importRemedy}`);
}

async function checkDisk(options: LocateOptions, installed: boolean): Promise<Check> {
  const { root } = chooseCache(options);
  const roomBytes = bytesToInstall(await chooseRecipe(options));
  const free = await freeBytes(root).catch(() => 0);
  return check(
    'disk',
    installed || free >= roomBytes,
    `${formatBytes(free)} free in ${root}, ${formatBytes(roomBytes)} to install`,
    diskRemedy,
  );
}

async function checkEngine(options: LocateOptions): Promise<Check> {
  try {
    const { build, device } = await verifyEngine(options);
    const found = `TensorFlow ${build.tensorflow} for the ${device.toUpperCase()}, all hashes match`;
    return check('engine', true, found, '');
  } catch (thrown) {
    const error = CollimatorError.from(thrown);
    return check('engine', false, error.message, error.next ?? '');
  }
}
