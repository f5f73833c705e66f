import { checkStoreFormat, type ObjectStore } from '@collimator/object-store';
import { FilesObjectStore } from '@collimator/object-store-files';
import type { Command } from 'commander';
import type { Interruption } from './interruption.ts';
import type { Output } from './output/output.ts';
import type { Environment } from './settings/setting-names.ts';
import { readSettings, type Settings } from './settings/settings.ts';

/** What a command may use of the world around it. */
export interface CommandLine {
  readonly output: Output;
  readonly environment: Environment;
  readonly interruption: Interruption;
  /** The moment, in milliseconds since 1970. */
  readonly now: () => number;
  /** How the process will end, where a command succeeds with something to tell. */
  setExitCode(exitCode: number): void;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly store?: string;
}

/** Adds the options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'print data, and errors, as one JSON document')
    .option('--store <location>', 'where data sets and runs are kept, such as file:.collimator');
}

/** The settings of a command, its flags included. */
export function settingsOf(line: CommandLine, { store }: CommonOptions): Promise<Settings> {
  return readSettings(store === undefined ? {} : { store }, line.environment);
}

/**
 * The store that a command works on.
 * @throws CollimatorError `usage` for a location of unknown kind, `format_version`
 */
export async function openStore(line: CommandLine, options: CommonOptions): Promise<ObjectStore> {
  const { store } = await settingsOf(line, options);
  const opened = FilesObjectStore.at(store.value);
  await checkStoreFormat(opened);
  return opened;
}
