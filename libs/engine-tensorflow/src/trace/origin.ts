import { basename } from 'node:path';

const frame = /^\s+at (?:(?:async |new )?(\S+)(?: \[as \S+\])? \()?(.+?):(\d+):\d+\)?$/;
const tfjsOperation = /(?:^|\.)(\w+?)_(?:_op)?$/;
const ownCode = /\/engine-tensorflow\/(?:src|dist)\/(?!.*\.test\.ts)/;

interface StackFrame {
  readonly name: string;
  readonly file: string;
  readonly line: string;
}

function framesOf(stack: string): StackFrame[] {
  return stack.split('\n').flatMap((line) => {
    const match = frame.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', file: match[2] ?? '', line: match[3] ?? '' }];
  });
}

/** The tfjs operations on a stack, innermost first, by the names of the functions that tfjs wraps (`randomUniform_`). */
function tfjsOperations(frames: readonly StackFrame[]): string[] {
  const names = frames.flatMap(({ name, file }) =>
    file.includes('tf-core') ? (tfjsOperation.exec(name)?.[1] ?? []) : [],
  );
  return [...new Set(names)];
}

function userPlace(frames: readonly StackFrame[]): string | undefined {
  const place = frames.find(
    ({ file }) => !file.includes('node_modules') && !file.startsWith('node:') && !ownCode.test(file),
  );
  return place === undefined ? undefined : `${basename(place.file)}:${place.line}`;
}

/** Who made a value: `tf.randomUniform, in tf.dropout, at model.ts:12`; `JavaScript` where the stack tells nothing. */
export function describeOrigin(origin: Error | undefined): string {
  const frames = framesOf(origin?.stack ?? '');
  const operations = tfjsOperations(frames).filter((name) => name !== 'tensor');
  const place = userPlace(frames);
  const maker = operations.length === 0 ? 'JavaScript' : operations.map((name) => `tf.${name}`).join(', in ');
  return place === undefined ? maker : `${maker}, at ${place}`;
}
