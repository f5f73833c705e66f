import { CollimatorError } from '@collimator/errors';
import { isRecord } from './canonical.ts';
import { type FieldPath, readYaml } from './document.ts';

/** A field that a flag sets, on top of the file. */
export interface Override {
  /** From the root of the job file: `['spec', 'training', 'lanes']`. */
  readonly path: FieldPath;
  readonly value: unknown;
  /** The flag as the user gave it, for messages: `--set training.lanes=4`. */
  readonly flag: string;
}

const rootFields = ['apiVersion', 'kind', 'metadata', 'spec'];

/**
 * Reads `path=value` of a `--set` flag. The path begins in `spec` unless it names a field of the root; the value is
 * YAML, so that numbers, lists and mappings can be given.
 * @throws CollimatorError `usage` where the form is another
 */
export function parseOverride(text: string): Override {
  const flag = `--set ${text}`;
  const equals = text.indexOf('=');
  const keys = text.slice(0, Math.max(equals, 0)).split('.');
  if (keys.some((key) => key === '')) {
    throw new CollimatorError('usage', `"${flag}" is not of the form path=value`, {
      next: 'Write it like --set training.epochs=3',
    });
  }
  return { path: fromRoot(keys), value: readValue(text.slice(equals + 1), flag), flag };
}

/** The file's values with the overrides in place, later ones over earlier ones. */
export function applyOverrides(file: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((value, { path, value: given }) => withValue(value, path, given), file);
}

/** The flag that set a field or a part of it, where one did. */
export function flagOf(path: FieldPath, overrides: readonly Override[]): string | undefined {
  return overrides.findLast((override) => startsWith(path, override.path) || startsWith(override.path, path))?.flag;
}

function fromRoot(keys: readonly string[]): FieldPath {
  const [first] = keys;
  const path = first !== undefined && rootFields.includes(first) ? keys : ['spec', ...keys];
  return path.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function readValue(text: string, flag: string): unknown {
  const { value, problems } = readYaml(text);
  const [problem] = problems;
  if (problem !== undefined) throw new CollimatorError('usage', `the value of "${flag}" is ${problem.message}`);
  return value;
}

function withValue(target: unknown, path: FieldPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target) && typeof key === 'number') {
    return target.toSpliced(key, 1, withValue(target[key], rest, value));
  }
  const record = isRecord(target) ? target : {};
  return { ...record, [key]: withValue(Object.hasOwn(record, key) ? record[key] : undefined, rest, value) };
}

function startsWith(path: FieldPath, prefix: FieldPath): boolean {
  return prefix.length > 0 && prefix.length <= path.length && prefix.every((key, index) => path[index] === key);
}
