import type * as z from 'zod';
import { isRecord } from './canonical.ts';
import type { FieldPath } from './document.ts';
import { jobJsonSchema } from './json-schema.ts';

type JsonSchema = z.core.JSONSchema._JSONSchema;

/** Names of the fields that the schema knows at a path, given the names that the file chooses on the way. */
export function knownFieldsAt(path: FieldPath, file: unknown): readonly string[] {
  return Object.keys(propertiesOf(schemaAt(path, file)));
}

/** Names among which a `name:` at this path chooses; empty where there is no such choice. */
export function choicesAt(path: FieldPath, file: unknown): readonly string[] {
  return branchesOf(schemaAt(path, file, { chooseLast: false })).flatMap(nameOf);
}

/** The JSON type that the schema asks for at a path. */
export function typeAt(path: FieldPath, file: unknown): string | undefined {
  const schema = schemaAt(path, file);
  return typeof schema === 'object' && typeof schema.type === 'string' ? schema.type : undefined;
}

/** Dotted paths of all fields of the schema, those of every choice included. */
export function allFields(): readonly string[] {
  return [...new Set(fieldsBelow(jobJsonSchema(), ''))];
}

function schemaAt(path: FieldPath, file: unknown, { chooseLast = true } = {}): JsonSchema | undefined {
  let schema: JsonSchema | undefined = jobJsonSchema();
  let value = file;
  for (const key of path) {
    schema = propertiesOf(chosenBranch(schema, value))[key];
    value = isRecord(value) ? value[key] : undefined;
  }
  return chooseLast ? chosenBranch(schema, value) : schema;
}

function chosenBranch(schema: JsonSchema | undefined, value: unknown): JsonSchema | undefined {
  const branches = branchesOf(schema);
  if (branches.length === 0 || !isRecord(value)) return schema;
  return branches.find((branch) => nameOf(branch)[0] === value.name) ?? schema;
}

function branchesOf(schema: JsonSchema | undefined): readonly JsonSchema[] {
  return typeof schema === 'object' ? (schema.oneOf ?? []) : [];
}

function propertiesOf(schema: JsonSchema | undefined): Readonly<Record<string, JsonSchema>> {
  return typeof schema === 'object' ? (schema.properties ?? {}) : {};
}

function nameOf(branch: JsonSchema): string[] {
  const name = propertiesOf(branch).name;
  return typeof name === 'object' && typeof name.const === 'string' ? [name.const] : [];
}

function fieldsBelow(schema: JsonSchema, prefix: string): string[] {
  const own = Object.entries(propertiesOf(schema)).flatMap(([key, child]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return [path, ...fieldsBelow(child, path)];
  });
  return [...own, ...branchesOf(schema).flatMap((branch) => fieldsBelow(branch, prefix))];
}
