import { isRecord } from './canonical.ts';
import type { FieldPath } from './document.ts';
import { type FieldProblem, valueAt } from './schema-problems.ts';

interface Unavailable {
  readonly path: FieldPath;
  /** Refused only with one of these values; with any value where absent. */
  readonly values?: readonly string[];
  readonly instead: string;
}

/** Fields of the job file that a later version gives a function; until then they are refused, never ignored. */
const unavailable: readonly Unavailable[] = [
  { path: ['spec', 'task'], values: ['detection'], instead: 'use classification, segmentation or regression' },
  { path: ['spec', 'data', 'split'], instead: 'remove it: the splits that the data set names are used' },
  { path: ['spec', 'model', 'module'], instead: 'choose a model by name' },
  { path: ['spec', 'model', 'plan'], instead: 'choose a model by name' },
  { path: ['spec', 'evaluation', 'holdout'], values: ['sealed'], instead: 'use open' },
  { path: ['spec', 'workers', 'gpus'], instead: 'remove it: set device: gpu to train on a GPU' },
  { path: ['spec', 'workers', 'resources'], instead: 'remove it' },
  { path: ['spec', 'workers', 'nodeSelector'], instead: 'remove it' },
  { path: ['spec', 'workers', 'tolerations'], instead: 'remove it' },
  { path: ['spec', 'queue'], instead: 'remove it' },
];

/** Problems of the fields that this version refuses, and the file without those fields. */
export function refuseUnavailable(file: unknown): { readonly rest: unknown; readonly problems: FieldProblem[] } {
  const refused = unavailable.filter(({ path, values }) => {
    const value = valueAt(file, path);
    return value !== undefined && (values === undefined || (typeof value === 'string' && values.includes(value)));
  });
  return {
    rest: refused.reduce((rest, { path }) => without(rest, path), file),
    problems: refused.map(({ path, values, instead }) => ({
      path,
      message: `${values === undefined ? '' : `${String(valueAt(file, path))} is `}not available in this version; ${instead}`,
    })),
  };
}

function without(value: unknown, path: FieldPath): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isRecord(value)) return value;
  if (rest.length > 0) return { ...value, [key]: without(value[key], rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
