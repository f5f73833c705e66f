import type { EngineLocation } from '@collimator/engine-tensorflow';
import { type Command, Option } from 'commander';
import { type CommandLine, type CommonOptions, settingsOf, withCommonOptions } from '../command-line.ts';
import { setUpEngine, showingSetup } from '../engine-setup.ts';
import { renderPairs } from '../output/table.ts';

interface DeviceOptions extends CommonOptions {
  readonly device: 'auto' | 'cpu' | 'gpu';
}

/** `engine install | export | import`: TensorFlow's libraries and our compiled addons, outside of the workspace. */
export function addEngineCommands(program: Command, line: CommandLine): void {
  const engine = program
    .command('engine')
    .description('install, export or import the numeric engine')
    .helpCommand(false);
  withDevice(withCommonOptions(engine.command('install')))
    .description('install the engine, or repair it: every byte is checked')
    .action(async (options: DeviceOptions) => {
      show(line, await setUpEngine(line, { ...options, repair: true }));
    });
  withDevice(withCommonOptions(engine.command('export').argument('<file>')))
    .description('write the installed engine to a file, for a machine without network')
    .action((file: string, options: DeviceOptions) => exportTo(line, file, options));
  withCommonOptions(engine.command('import').argument('<file>'))
    .description('install the engine from a file that "engine export" wrote')
    .action((file: string, options: CommonOptions) => importFrom(line, file, options));
}

async function exportTo(line: CommandLine, file: string, options: DeviceOptions): Promise<void> {
  const { exportEngine } = await import('@collimator/engine-tensorflow');
  const { engineCache } = await settingsOf(line, options);
  await showingSetup(line, (progress) =>
    exportEngine(file, { cacheFolder: engineCache.value, device: options.device, progress }),
  );
  if (line.output.json) line.output.printJson({ formatVersion: 1, file });
  else line.output.print([`Wrote ${file}; install it elsewhere with: npx collimator engine import ${file}`]);
}

async function importFrom(line: CommandLine, file: string, options: CommonOptions): Promise<void> {
  const { importEngine } = await import('@collimator/engine-tensorflow');
  const { engineCache } = await settingsOf(line, options);
  const location = await showingSetup(line, (progress, signal) =>
    importEngine(file, { cacheFolder: engineCache.value, progress, signal }),
  );
  show(line, location);
}

function show({ output }: CommandLine, { device, libraryFolder, build }: EngineLocation): void {
  if (output.json) {
    output.printJson({ formatVersion: 1, device, libraryFolder, build });
    return;
  }
  output.print([
    'The engine is installed.',
    ...renderPairs([
      ['  device', device],
      ['  TensorFlow', `${build.tensorflow} (${build.wheel})`],
      ['  binding', build.binding],
      ['  libraries', libraryFolder],
    ]),
  ]);
}

function withDevice(command: Command): Command {
  return command.addOption(
    new Option('--device <kind>', 'engine for this kind of device').choices(['auto', 'cpu', 'gpu']).default('auto'),
  );
}
