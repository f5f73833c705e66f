import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

interface SettingDefinition {
  readonly variable: `COLLIMATOR_${string}`;
  readonly fallback: (environment: Environment) => string;
}

/** Everything that a flag, a variable or the user's file can set, for every command. */
export const settingDefinitions = {
  /** Where data sets and runs are kept. */
  store: {
    variable: 'COLLIMATOR_STORE',
    fallback: () => 'file:.collimator',
  },
  /** Folder of the installed engines. */
  engineCache: {
    variable: 'COLLIMATOR_ENGINE_CACHE',
    fallback: (environment) => join(cacheHome(environment), 'collimator', 'engine'),
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingName = keyof typeof settingDefinitions;

export const settingNames = Object.keys(settingDefinitions) as readonly SettingName[];

/** Variables that look like ours and that nothing reads: a misspelt setting is never silently ignored. */
export function unknownVariables(environment: Environment): string[] {
  const known = new Set<string>([
    ...Object.values(settingDefinitions).map(({ variable }) => variable),
    ...otherVariables,
  ]);
  return Object.keys(environment).filter((name) => name.startsWith('COLLIMATOR_') && !known.has(name));
}

/** Read by tests, and set by the command line for its own processes. */
const otherVariables = ['COLLIMATOR_SHARED', 'COLLIMATOR_TOKEN'];

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
