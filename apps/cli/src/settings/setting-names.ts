import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

interface SettingDefinition {
  readonly variable: `COLLIMATOR_${string}`;
  readonly meaning: string;
  readonly fallback: (environment: Environment) => string;
}

/** Everything that a flag, a variable or the user's file can set, for every command. */
export const settingDefinitions = {
  store: {
    variable: 'COLLIMATOR_STORE',
    meaning: 'where data sets and runs are kept',
    fallback: () => 'file:.collimator',
  },
  engineCache: {
    variable: 'COLLIMATOR_ENGINE_CACHE',
    meaning: 'folder of the installed engines',
    fallback: (environment) => join(cacheHome(environment), 'collimator', 'engine'),
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingName = keyof typeof settingDefinitions;

export const settingNames = Object.keys(settingDefinitions) as readonly SettingName[];

/** Path of the user's file: `collimator/config.yaml` in `XDG_CONFIG_HOME`, or in `~/.config`. */
export function userFilePath(environment: Environment): string {
  return join(nonEmpty(environment.XDG_CONFIG_HOME) ?? join(homedir(), '.config'), 'collimator', 'config.yaml');
}

/** A variable that is set to nothing counts as not set. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function cacheHome(environment: Environment): string {
  return nonEmpty(environment.XDG_CACHE_HOME) ?? join(homedir(), '.cache');
}
