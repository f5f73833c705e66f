import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { CollimatorError } from '@collimator/errors';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { locateEngine, verifyEngine } from './engine-location.ts';
import { ensureEngine } from './ensure-engine.ts';
import type { EngineRecipe } from './recipe.ts';
import { runProcess } from './run-process.ts';
import { withLock } from './set-up-lock.ts';
import { makeStandIn, missingTools, standInIndex, standInRecipe } from './testing/stand-in-engine.ts';

const require = createRequire(import.meta.url);
const racer = fileURLToPath(new URL('./testing/ensure-stand-in.ts', import.meta.url));
let missing: string | undefined;
let folder: string;
let recipe: EngineRecipe;
let cacheFolder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-engine-'));
  missing = await missingTools();
  if (missing !== undefined) return;
  await makeStandIn(folder);
  recipe = await standInRecipe(folder);
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async ({ skip }) => {
  if (missing !== undefined) skip(missing);
  cacheFolder = await mkdtemp(join(folder, 'cache-'));
  for (const [name, value] of Object.entries(standInIndex(folder))) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Programs of the given names that do what the shell text says; the only ones that can be found. */
async function onlyPrograms(programs: Readonly<Record<string, string>>): Promise<void> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', bin);
}

async function failure(work: Promise<unknown>): Promise<CollimatorError> {
  return work.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error as CollimatorError,
  );
}

const ensure = (): ReturnType<typeof ensureEngine> => ensureEngine({ cacheFolder, recipe });

describe('ensureEngine', () => {
  it('fetches, unpacks and compiles an engine whose addons find the library by themselves', async () => {
    const { bindingPath, runnerPath, libraryFolder, build } = await ensure();
    expect(require(bindingPath)).toEqual({ answer: 42 });
    expect(require(runnerPath)).toEqual({ answer: 42 });
    expect(await readdir(libraryFolder)).toEqual(['include', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
    expect(build).toMatchObject({ tensorflow: '1.0', wheelSha256: recipe.wheels[0].sha256 });
    expect(await readdir(join(cacheFolder, 'wheels'))).toEqual([]);
  });

  it('shows the size before the download, and counts to the end of each phase', async () => {
    const seen: string[] = [];
    const last = new Map<string, number>();
    await ensureEngine({
      cacheFolder,
      recipe,
      progress: ({ phase, message, bytesDone, bytesTotal }) => {
        seen.push(`${phase} ${message} ${bytesTotal}`);
        last.set(phase, bytesDone);
      },
    });
    const { bytes } = recipe.wheels[0];
    expect(seen[0]).toBe(`download TensorFlow 1.0 (${Math.round(bytes / 1e3)} kB) ${bytes}`);
    expect(last.get('download')).toBe(bytes);
    expect([...last.keys()]).toEqual(['download', 'unpack', 'compile']);
  });

  it('needs neither network nor tools once the engine is there', async () => {
    const first = await ensure();
    await onlyPrograms({});
    expect(await ensure()).toEqual(first);
  });

  it('compiles again, and does not fetch again, when the source of the runner changes', async () => {
    const first = await ensure();
    const native = join(folder, 'native-2');
    await mkdir(native);
    await writeFile(join(native, 'runner.cc'), '#include <node_api.h>\n');
    vi.stubEnv('PIP_FIND_LINKS', '');
    const changed = { ...recipe, runner: { ...recipe.runner, folder: native } };
    const second = await ensureEngine({ cacheFolder, recipe: changed });
    expect(second.libraryFolder).toBe(first.libraryFolder);
    expect(second.runnerPath).not.toBe(first.runnerPath);
  });

  it('continues after an interruption without fetching the wheel again', async () => {
    const interruption = new AbortController();
    const progress = ({ phase }: { phase: string }): void => {
      if (phase === 'unpack') interruption.abort();
    };
    const error = await failure(ensureEngine({ cacheFolder, recipe, progress, signal: interruption.signal }));
    expect(error.code).toBe('interrupted');
    vi.stubEnv('PIP_FIND_LINKS', '');
    expect(require((await ensure()).runnerPath)).toEqual({ answer: 42 });
    expect(await readdir(cacheFolder)).toEqual(['engines', 'libraries', 'wheels']);
  });

  it('fetches a wheel again that was changed after its download', async () => {
    await mkdir(join(cacheFolder, 'wheels'), { recursive: true });
    await writeFile(join(cacheFolder, 'wheels', recipe.wheels[0].file), 'not a wheel');
    expect(require((await ensure()).runnerPath)).toEqual({ answer: 42 });
  });
});

describe('what is missing is named with its remedy', () => {
  it('all tools at once, before anything is downloaded', async () => {
    await onlyPrograms({});
    const error = await failure(ensure());
    expect(error.code).toBe('engine_missing');
    expect(error.problems.map(({ field }) => field)).toEqual(['python3', 'g++']);
    expect(error.message).toContain('apt-get install python3-pip');
    expect(error.message).toContain('apt-get install g++');
    expect(error.next).toContain('npx collimator engine import FILE');
  });

  it('pip, where Python has none', async () => {
    await onlyPrograms({ python3: 'echo "No module named pip" >&2; exit 1', 'g++': 'echo g++ 12' });
    expect((await failure(ensure())).problems).toEqual([
      { field: 'python3', message: expect.stringContaining('"python3 -m pip" does not work') as string },
    ]);
  });

  it('the disk, with what is free and what is needed', async () => {
    const [wheel] = recipe.wheels;
    const huge = { ...recipe, wheels: [{ ...wheel, unpackedBytes: 1e17 }] as const };
    const error = await failure(ensureEngine({ cacheFolder, recipe: huge }));
    expect(error.message).toMatch(/too little room in .* \([\d.]+ [GMk]B free, 100000000\.1 GB needed\)/);
  });

  it('the network, with what pip said', async () => {
    vi.stubEnv('PIP_FIND_LINKS', '');
    const error = await failure(ensure());
    expect(error.code).toBe('engine_missing');
    expect(error.message).toContain('No matching distribution found for stand-in==1.0');
    expect(error.next).toContain('npx collimator engine import FILE');
  });

  it('a wheel with another hash', async () => {
    const [wheel] = recipe.wheels;
    const other = { ...recipe, wheels: [{ ...wheel, sha256: 'ab'.repeat(32) }] as const };
    const error = await failure(ensureEngine({ cacheFolder, recipe: other }));
    expect(error.code).toBe('engine_corrupt');
    expect(error.message).toContain('does not have the pinned SHA-256');
  });

  it('a cache that cannot be written', async () => {
    await writeFile(join(cacheFolder, 'file'), '');
    const error = await failure(ensureEngine({ cacheFolder: join(cacheFolder, 'file', 'cache'), recipe }));
    expect(error.code).toBe('engine_failed');
    expect(error.next).toContain('COLLIMATOR_ENGINE_CACHE');
  });

  it('an addon that does not compile, with what g++ said', async () => {
    const native = join(folder, 'native-broken');
    await mkdir(native);
    await writeFile(join(native, 'runner.cc'), '#error broken on purpose\n');
    const broken = { ...recipe, runner: { ...recipe.runner, folder: native } };
    const error = await failure(ensureEngine({ cacheFolder, recipe: broken }));
    expect(error.code).toBe('engine_failed');
    expect(error.message).toContain('broken on purpose');
  });

  it('an engine that is not installed', async () => {
    const error = await failure(locateEngine({ cacheFolder, recipe }));
    expect(error).toMatchObject({ code: 'engine_missing', next: 'run "npx collimator engine install"' });
  });
});

describe('a damaged engine', () => {
  it.each(['libtensorflow_cc.so.2', 'include/tensorflow/c/c_api.h'])(
    'is refused when %s is cut short',
    async (file) => {
      const { libraryFolder } = await ensure();
      await truncate(join(libraryFolder, file), 3);
      const error = await failure(ensure());
      expect(error.code).toBe('engine_corrupt');
      expect(error.message).toMatch(`${file} has 3 bytes, the manifest says`);
      expect(error.next).toContain('npx collimator engine install');
    },
  );

  it('is refused by the full check when one byte of a large file was changed, and repaired', async () => {
    const { libraryFolder, runnerPath } = await ensure();
    const library = await open(join(libraryFolder, 'libtensorflow_cc.so.2'), 'r+');
    await library.write(Buffer.from([7]), 0, 1, 1_000_000);
    await library.close();
    await expect(locateEngine({ cacheFolder, recipe })).resolves.toMatchObject({ runnerPath });
    expect((await failure(verifyEngine({ cacheFolder, recipe }))).message).toContain('has SHA-256');
    await ensureEngine({ cacheFolder, recipe, repair: true });
    await expect(verifyEngine({ cacheFolder, recipe })).resolves.toMatchObject({ runnerPath });
  });
});

describe('several processes', () => {
  it('wait for the one that works, and say for whom', async () => {
    const phases: string[] = [];
    const progress = ({ phase, message }: { phase: string; message: string }): void => {
      phases.push(phase === 'wait' ? message : phase);
    };
    const work = Promise.withResolvers<undefined>();
    const first = withLock(join(cacheFolder, 'lock'), {}, () => work.promise);
    const second = ensureEngine({ cacheFolder, recipe, progress });
    await vi.waitUntil(() => phases.length > 0);
    expect(phases).toEqual([`process ${process.pid} on ${hostname()} is setting up the engine`]);
    work.resolve(undefined);
    await Promise.all([first, second]);
    expect(phases.at(-1)).toBe('compile');
  });

  const start = (): ReturnType<typeof runProcess> =>
    runProcess(process.execPath, ['--conditions=@collimator/source', racer, folder, cacheFolder]);

  it('at once: one works, all get the same engine', async () => {
    const results = await Promise.all([start(), start(), start()]);
    const outputs = results.map(({ stdout }) => stdout.trim().split('\n'));
    expect(results.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([0, 0, 0].map((code) => [code, '']));
    expect(outputs.filter((lines) => lines.includes('compile'))).toHaveLength(1);
    expect(new Set(outputs.map((lines) => lines.at(-1))).size).toBe(1);
  });

  it('after one was killed in the middle: the next takes over at once and continues', async () => {
    const killed = spawn(process.execPath, ['--conditions=@collimator/source', racer, folder, cacheFolder]);
    await new Promise<void>((resolve) => {
      killed.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('compile')) resolve();
      });
    });
    killed.kill('SIGKILL');
    const { exitCode, stdout } = await start();
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('download');
    expect(require(stdout.trim().split('\n').at(-1) ?? '')).toEqual({ answer: 42 });
  });
});
