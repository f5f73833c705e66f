import type { EngineLocation, SetupProgress } from '@collimator/engine-tensorflow';
import { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import { type CommandLine, type CommonOptions, settingsOf } from './command-line.ts';
import { SetupDisplay } from './terminal/setup-display.ts';

interface EngineSetupOptions extends CommonOptions {
  readonly device: 'auto' | 'cpu' | 'gpu';
  /** Hash every byte and replace what is damaged. */
  readonly repair?: boolean;
}

/**
 * The engine that a job computes with on this machine. A device that is not here is refused before anything is fetched.
 * @throws CollimatorError `platform_unsupported` where the job asks for a GPU and there is none; the codes of `ensureEngine`
 */
export async function engineForJob(line: CommandLine, { spec }: Job, options: CommonOptions): Promise<EngineLocation> {
  const { nvidiaGpus } = await import('@collimator/engine-tensorflow');
  if (spec.device === 'gpu' && (await nvidiaGpus()).length === 0) throw noGpu();
  return setUpEngine(line, { ...options, device: spec.device });
}

/**
 * The installed engine; the first command that needs it sets it up, with its progress shown.
 * @throws CollimatorError the codes of `ensureEngine`
 */
export async function setUpEngine(line: CommandLine, options: EngineSetupOptions): Promise<EngineLocation> {
  const { ensureEngine } = await import('@collimator/engine-tensorflow');
  const { engineCache } = await settingsOf(line, options);
  const { device, repair } = options;
  return showingSetup(line, (progress, signal) =>
    ensureEngine({ cacheFolder: engineCache.value, device, repair, progress, signal }),
  );
}

/** Does a part of the set-up with its progress shown; Ctrl-C ends it cleanly. */
export async function showingSetup<Result>(
  line: CommandLine,
  work: (progress: (step: SetupProgress) => void, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const display = new SetupDisplay(line.output);
  try {
    return await line.interruption.during((signal) => work(display.show, signal));
  } finally {
    display.end();
  }
}

function noGpu(): CollimatorError {
  return new CollimatorError(
    'platform_unsupported',
    'the job asks for device gpu; this machine has no NVIDIA GPU to use',
    {
      next: 'Go where there is one (check "nvidia-smi" and CUDA_VISIBLE_DEVICES), or train with --set device=cpu',
    },
  );
}
