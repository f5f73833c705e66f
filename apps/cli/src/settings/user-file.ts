import { readFile } from 'node:fs/promises';
import { CollimatorError, type Problem } from '@collimator/errors';
import { nearestName } from '@collimator/job';
import { parseDocument } from 'yaml';
import { type SettingName, settingNames } from './setting-names.ts';

export type UserSettings = Readonly<Partial<Record<SettingName, string>>>;

/**
 * The settings of the user's file; none where there is no file.
 * @throws CollimatorError `usage` with every problem of the file
 */
export async function readUserFile(path: string): Promise<UserSettings> {
  const text = await readFile(path, 'utf8').catch(absentAsEmpty);
  const document = parseDocument(text, { prettyErrors: false });
  const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  const problems = [...document.errors.map(({ message }) => ({ field: '', message })), ...problemsOf(value ?? {})];
  if (problems.length === 0) return value ?? {};
  throw new CollimatorError(
    'usage',
    `${path} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`,
    {
      problems,
      next: `Correct it; it may set ${settingNames.join(', ')}`,
    },
  );
}

function problemsOf(value: unknown): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ field: '', message: 'must be a mapping of settings' }];
  }
  return Object.entries(value).flatMap(([field, setting]) => {
    if (!settingNames.some((name) => name === field)) return [{ field, message: unknownSetting(field) }];
    return typeof setting === 'string' ? [] : [{ field, message: `must be text; is ${JSON.stringify(setting)}` }];
  });
}

function unknownSetting(field: string): string {
  const nearest = nearestName(field, settingNames);
  return `unknown setting "${field}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
}

function absentAsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
