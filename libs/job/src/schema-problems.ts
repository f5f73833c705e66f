import type { Problem } from '@collimator/errors';
import type * as z from 'zod';
import { isRecord } from './canonical.ts';
import { describeValue } from './describe-value.ts';
import type { FieldPath } from './document.ts';
import { allFields, choicesAt, knownFieldsAt, typeAt } from './known-fields.ts';
import { didYouMean, nearestName } from './nearest-name.ts';

/** One thing that is wrong with a field; the place in the file is added later. */
export interface FieldProblem {
  readonly path: FieldPath;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** What the schema objects to, in the words of the product. */
export function schemaProblems(issues: readonly Issue[], file: unknown): FieldProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, file));
}

/** `spec.training.lanes` */
export function fieldName(path: FieldPath): Problem['field'] {
  return path.join('.');
}

function problemsOf(issue: Issue, file: unknown): FieldProblem[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField([...path, key], key, file));
  return [{ path, message: messageOf(issue, path, file) }];
}

function unknownField(path: FieldPath, key: string, file: unknown): FieldProblem {
  const known = knownFieldsAt(path.slice(0, -1), file);
  const others = allFields().filter((other) => other.endsWith(`.${key}`) && other !== fieldName(path));
  const elsewhere = nearestName(key, known) === undefined ? others : [];
  const advice = elsewhere.length > 0 ? `; it belongs at ${elsewhere.join(' or ')}` : didYouMean(key, known);
  return { path, message: `unknown field "${key}"${advice === '' ? `; known here: ${known.join(', ')}` : advice}` };
}

function messageOf(issue: Issue, path: FieldPath, file: unknown): string {
  const value = valueAt(file, path);
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(typeNames[typeAt(path, file) ?? issue.expected] ?? issue.expected, value, choicesAt(path, file));
    case 'invalid_union':
      return wrongChoice(String(path.at(-2)), value, choicesAt(path.slice(0, -1), file));
    case 'invalid_value':
      return wrongChoice('value', value, issue.values.map(String));
    case 'too_small':
      return wrongSize(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum, value);
    case 'too_big':
      return wrongSize(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum, value);
    case 'invalid_format':
      return `must be lower-case letters, digits and dashes, with a letter or digit at both ends; is ${describeValue(value)}`;
    default:
      return `${issue.message}; is ${describeValue(value)}`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of fields',
};

function wrongType(expected: string, value: unknown, choices: readonly string[]): string {
  if (value === undefined) return `is missing; must be ${choices.length === 0 ? expected : choiceForm(choices)}`;
  return `must be ${choices.length === 0 ? expected : choiceForm(choices)}; is ${describeValue(value)}`;
}

function choiceForm(choices: readonly string[]): string {
  return `a mapping with a name (${choices.join(', ')}), such as {name: ${choices[0] ?? ''}}`;
}

function wrongChoice(noun: string, value: unknown, allowed: readonly string[]): string {
  const list = allowed.length === 1 ? `must be ${allowed.join('')}` : `must be one of ${allowed.join(', ')}`;
  if (value === undefined) return `is missing; ${list}`;
  if (typeof value !== 'string' || allowed.length === 1) return `${list}; is ${describeValue(value)}`;
  return `unknown ${noun} "${value}"${didYouMean(value, allowed)}; ${list}`.replace('?;', '?');
}

function wrongSize(origin: string, relation: string, bound: number | bigint, value: unknown): string {
  if (origin === 'array') return `must have ${relation} ${String(bound)} entries; has ${String(lengthOf(value))}`;
  if (origin === 'string') return `must have ${relation} ${String(bound)} characters; has ${String(lengthOf(value))}`;
  return `must be ${relation} ${String(bound)}; is ${describeValue(value)}`;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

/** The value that a file has at a path, or undefined. */
export function valueAt(file: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)] as unknown;
    return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, file);
}
