import type { EngineLocation, SetupProgress } from '@collimator/engine-tensorflow';
import { type CommandLine, type CommonOptions, settingsOf } from './command-line.ts';
import { SetupDisplay } from './terminal/setup-display.ts';

interface EngineSetupOptions extends CommonOptions {
  readonly device: 'auto' | 'cpu' | 'gpu';
  /** Hash every byte and replace what is damaged. */
  readonly repair?: boolean;
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
