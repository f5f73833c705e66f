import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Decision,
  type Introduction,
  type Membership,
  type MembershipEvent,
  advance,
  newMembership,
} from './index.ts';

/*
 * Each file in transcripts/ is a scenario that reads from top to bottom: a line `<time> <event> …` is what happened, the
 * indented lines below it are what the machine decided. `vitest -u` writes the decisions anew; read the difference.
 */
const folder = join(import.meta.dirname, 'transcripts');

describe('membership transcripts', () => {
  it.each(readdirSync(folder))('%s', async (name) => {
    const path = join(folder, name);
    await expect(replay(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
  });
});

function replay(transcript: string): string {
  const lines = transcript.split('\n').filter((line) => !line.startsWith('  '));
  let membership: Membership | undefined;
  const replayed = lines.map((line) => {
    if (line === '' || line.startsWith('#')) return line;
    if (membership === undefined) {
      membership = start(line);
      return line;
    }
    const transition = advance(membership, parseEvent(line));
    membership = transition.membership;
    return [line, ...transition.decisions.map(render)].join('\n');
  });
  return replayed.join('\n');
}

/** `run workers=2 lanes=8 numerics=strict` */
function start(line: string): Membership {
  const options = fields(line);
  return newMembership({
    workers: Number(options.get('workers')),
    lanes: Number(options.get('lanes')),
    numerics: options.get('numerics') === 'relaxed' ? 'relaxed' : 'strict',
    protocolVersion: 1,
    build: '0.1.0',
    evidenceWaitMs: 3_000,
    leaveWaitMs: 4_000,
  });
}

/** `120 step 0 7 digest=ab`: time in ms, kind, worker, then what the kind needs. Text after `|` is free. */
function parseEvent(line: string): MembershipEvent {
  const [words = '', ...texts] = line.split(' | ');
  const [time, kind, subject = '', fourth = ''] = words.split(' ');
  const options = fields(words);
  const at = { atMs: Number(time), worker: Number(subject) };
  const digest = options.get('digest') ?? '';
  switch (kind) {
    case 'hello':
      return { ...at, kind, introduction: introduction(subject, options) };
    case 'probe':
      return { ...at, kind, numericClass: fourth };
    case 'ready':
      return { ...at, kind, generation: Number(options.get('generation') ?? 1) };
    case 'step':
      return {
        ...at,
        kind,
        step: Number(fourth),
        digest,
        nonFiniteLanes: (options.get('nonFinite') ?? '').split(',').filter(Boolean).map(Number),
      };
    case 'finishing':
    case 'finished':
      return { ...at, kind, step: Number(fourth), digest };
    case 'failed':
      return {
        ...at,
        kind,
        error: { code: fourth === 'peer_lost' ? 'peer_lost' : 'engine_failed', message: texts.join(' ') },
      };
    case 'stream-closed':
      return { ...at, kind };
    case 'exited': {
      const signal = fourth.startsWith('SIG') ? fourth : undefined;
      return {
        ...at,
        kind,
        exit: { exitCode: signal === undefined ? Number(fourth) : undefined, signal, stderrTail: texts },
      };
    }
    case 'stop':
      return {
        atMs: at.atMs,
        kind,
        outcome: subject === 'Cancelled' ? 'Cancelled' : 'Interrupted',
        reason: texts.join(' '),
      };
    case 'tick':
      return { atMs: at.atMs, kind };
    default:
      throw new Error(`a transcript has no event "${String(kind)}" (line "${line}")`);
  }
}

function fields(words: string): Map<string, string> {
  const pairs = words.split(' ').filter((word) => word.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function introduction(worker: string, options: ReadonlyMap<string, string>): Introduction {
  const protocolVersion = Number(options.get('protocol') ?? 1);
  const build = protocolVersion === 1 ? '0.1.0' : '9.9.9';
  const machine = { host: `machine-${worker}`, cpuModel: options.get('cpu') ?? 'Xeon', engine: 'tensorflow-2.21' };
  return { protocolVersion, build, machine, address: { host: '127.0.0.1', port: 4000 + Number(worker) } };
}

function render(decision: Decision): string {
  const { kind, reason } = decision;
  const error =
    'error' in decision ? `\n    [${decision.error.code}] ${decision.error.message.replaceAll('\n', '\n    ')}` : '';
  return `  ${[kind, ...subjectsOf(decision)].join(' ')}: ${reason}${error}`;
}

function subjectsOf(decision: Decision): (string | number)[] {
  switch (decision.kind) {
    case 'welcome':
    case 'refuse':
      return [decision.worker];
    case 'admit':
      return [decision.worker, decision.sameClass ? 'same-class' : 'other-class'];
    case 'announce':
      return decision.generation.members.map(
        (member) => `${member.worker}@${member.address.port}=[${member.lanes.join(',')}]`,
      );
    case 'start':
      return [`generation=${decision.generation}`];
    case 'complete-step':
      return [decision.step];
    case 'enter':
      return [decision.state];
    case 'release':
    case 'stop':
      return [`[${decision.workers.join(',')}]`];
    case 'disperse':
      return [];
  }
}
