import type { Problem } from '@collimator/errors';
import { type Document, isMap, isNode, isPair, isSeq, LineCounter, parseDocument, type YAMLError } from 'yaml';

/** Keys and indexes from the root of the file to a field. */
export type FieldPath = readonly (string | number)[];

/** One-based place in a file. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML file as plain values, with the place of every field. */
export interface YamlFile {
  readonly value: unknown;
  /** What YAML itself forbids; `value` is undefined where there are any. */
  readonly problems: readonly Problem[];
  /** Place of a field's key, or of the nearest field above it that the file has. */
  placeOf(path: FieldPath): Place | undefined;
}

/** Reads one YAML 1.2 document; never throws. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = independent(document.errors).map((error) => syntaxProblem(error, lines));
  if (problems.length > 0) return { value: undefined, problems, placeOf: () => undefined };
  return {
    ...resolveAliases(document),
    placeOf: (path) => placeIn(document.contents, path, lines),
  };
}

function syntaxProblem(error: YAMLError, lines: LineCounter): Problem {
  return { field: '', message: `not valid YAML: ${sentence(error)}`, ...placeAt(error.pos[0], lines) };
}

/** A syntax error makes the rest of the file look wrong too; only repeated fields stand for themselves. */
function independent(errors: readonly YAMLError[]): YAMLError[] {
  return errors.filter((error, index) => index === 0 || error.code === 'DUPLICATE_KEY');
}

/** The library's own advice names its functions, which a user does not call. */
function sentence(error: YAMLError): string {
  if (error.code === 'MULTIPLE_DOCS') return 'a second document begins here; a job file has one';
  if (error.code === 'DUPLICATE_KEY') return 'this field is given twice';
  return error.message.charAt(0).toLowerCase() + error.message.slice(1);
}

function resolveAliases(document: Document): Pick<YamlFile, 'value' | 'problems'> {
  try {
    return { value: document.toJS() as unknown, problems: [] };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { value: undefined, problems: [{ field: '', message: `not valid YAML: ${message}` }] };
  }
}

function placeIn(root: unknown, path: FieldPath, lines: LineCounter): Place | undefined {
  let node = root;
  let offset = isNode(root) ? root.range?.[0] : undefined;
  for (const key of path) {
    const found = step(node, key);
    if (found === undefined) break;
    offset = found.offset ?? offset;
    node = found.node;
  }
  return offset === undefined ? undefined : placeAt(offset, lines);
}

function step(node: unknown, key: string | number): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return isNode(item) ? { node: item, offset: item.range?.[0] } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === String(key));
  return pair && { node: pair.value, offset: isNode(pair.key) ? pair.key.range?.[0] : undefined };
}

function placeAt(offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
