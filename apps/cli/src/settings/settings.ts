import {
  type Environment,
  nonEmpty,
  settingDefinitions,
  type SettingName,
  settingNames,
  userFilePath,
} from './setting-names.ts';
import { readUserFile, type UserSettings } from './user-file.ts';

/** A value and who gave it: `--store`, `COLLIMATOR_STORE`, the user's file, or `default`. */
interface Setting {
  readonly value: string;
  readonly origin: string;
}

export type Settings = Readonly<Record<SettingName, Setting>>;

/** What flags of the command line set. */
export type FlagSettings = Readonly<Partial<Record<SettingName, string>>>;

interface Sources {
  readonly flags: FlagSettings;
  readonly environment: Environment;
  readonly userFile: UserSettings;
}

/**
 * Every setting with its origin. A flag wins over `COLLIMATOR_*`, that over the user's file, that over the default.
 * @throws CollimatorError `usage` where the user's file is invalid
 */
export async function readSettings(flags: FlagSettings, environment: Environment): Promise<Settings> {
  const userFile = await readUserFile(userFilePath(environment));
  const entries = settingNames.map((name) => [name, settingOf(name, { flags, environment, userFile })]);
  return Object.fromEntries(entries) as Settings;
}

function settingOf(name: SettingName, { flags, environment, userFile }: Sources): Setting {
  const { variable, fallback } = settingDefinitions[name];
  const given: readonly (readonly [string | undefined, string])[] = [
    [flags[name], `--${name}`],
    [nonEmpty(environment[variable]), variable],
    [userFile[name], userFilePath(environment)],
  ];
  for (const [value, origin] of given) if (value !== undefined) return { value, origin };
  return { value: fallback(environment), origin: 'default' };
}
