import { CollimatorError, type Problem } from '@collimator/errors';
import { isRecord } from './canonical.ts';
import { crossFieldProblems } from './cross-field-rules.ts';
import { describeValue } from './describe-value.ts';
import { type FieldPath, readYaml, type YamlFile } from './document.ts';
import { fillDefaults, type Job } from './job.ts';
import { applyOverrides, flagOf, type Override } from './override.ts';
import { type FieldProblem, fieldName, schemaProblems } from './schema-problems.ts';
import { jobSchema } from './schema/job.ts';
import { refuseUnavailable } from './unavailable.ts';

export interface ParseOptions {
  /** Name of the file, for messages. */
  readonly source: string;
  /** Fields that flags set on top of the file. */
  readonly overrides?: readonly Override[];
}

/**
 * Reads a job file (YAML 1.2 or JSON) and checks it whole, with the overrides in place.
 * @throws CollimatorError `job_invalid` with every problem at once, each with field, line and column, or with its flag
 */
export function parseJob(text: string, { source, overrides = [] }: ParseOptions): Job {
  const yaml = readYaml(text);
  if (yaml.problems.length > 0) throw invalidJob(source, yaml.problems);
  if (!isRecord(yaml.value)) throw invalidJob(source, [notAMapping(yaml)]);
  const checked = check(applyOverrides(yaml.value, overrides));
  if ('job' in checked) return checked.job;
  throw invalidJob(source, checked.problems.map((problem) => placed(problem, yaml, overrides)).sort(byPlace));
}

/** The job that a run has stored as JSON, checked like a file. */
export function jobFromJson(value: unknown, source: string): Job {
  return parseJob(JSON.stringify(value), { source });
}

function check(file: unknown): { readonly job: Job } | { readonly problems: readonly FieldProblem[] } {
  const refused = refuseUnavailable(file);
  const parsed = jobSchema.safeParse(refused.rest);
  const refusedFields = new Set(refused.problems.map(({ path }) => fieldName(path)));
  const problems = [
    ...refused.problems,
    ...schemaProblems(parsed.error?.issues ?? [], refused.rest).filter(
      ({ path }) => !refusedFields.has(fieldName(path)),
    ),
    ...crossFieldProblems(refused.rest),
  ];
  return parsed.success && problems.length === 0 ? { job: fillDefaults(parsed.data) } : { problems };
}

function placed({ path, message }: FieldProblem, yaml: YamlFile, overrides: readonly Override[]): Problem {
  const flag = flagOf(path, overrides);
  if (flag !== undefined) return { field: fieldName(path), message: `${message} (from ${flag})` };
  return { field: fieldName(path), message, ...yaml.placeOf(path) };
}

/** Problems of flags first, then in the order of the file. */
function byPlace(left: Problem, right: Problem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

function notAMapping(yaml: YamlFile): Problem {
  const root: FieldPath = [];
  return {
    field: '',
    message: `a job file is a mapping with apiVersion, kind, metadata and spec; is ${describeValue(yaml.value)}`,
    ...yaml.placeOf(root),
  };
}

function invalidJob(source: string, problems: readonly Problem[]): CollimatorError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new CollimatorError('job_invalid', `${source} has ${count}`, {
    problems,
    next: 'Correct the file; docs/reference/job.md describes every field',
  });
}
