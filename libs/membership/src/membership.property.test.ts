import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Decision,
  type Membership,
  type MembershipEvent,
  type MembershipOptions,
  advance,
  isOutcome,
  newMembership,
  runStates,
} from './index.ts';

const options: MembershipOptions = {
  workers: 3,
  lanes: 8,
  numerics: 'strict',
  protocolVersion: 1,
  build: '0.1.0',
  evidenceWaitMs: 3_000,
  leaveWaitMs: 4_000,
};

const machine = { host: 'a', cpuModel: 'Xeon', engine: 'tensorflow' };
const introduction = { protocolVersion: 1, build: '0.1.0', machine, address: { host: '127.0.0.1', port: 1 } };
const numericClass = 'a1';
const exit = { exitCode: 1, signal: undefined, stderrTail: [] };

/** What a worker that behaves says, in order. */
function script(worker: number, steps: number): readonly MembershipEvent[] {
  const at = { atMs: 0, worker };
  const digest = (step: number) => `d${step}`;
  return [
    { ...at, kind: 'hello', introduction },
    { ...at, kind: 'probe', numericClass },
    { ...at, kind: 'ready', generation: 1 },
    ...Array.from({ length: steps }, (_, s): MembershipEvent => ({
      ...at,
      kind: 'step',
      step: s + 1,
      digest: digest(s + 1),
      nonFiniteLanes: [],
    })),
    { ...at, kind: 'finishing', step: steps, digest: digest(steps) },
    { ...at, kind: 'finished', step: steps, digest: digest(steps) },
    { ...at, kind: 'stream-closed' },
  ];
}

const worker = fc.nat({ max: options.workers - 1 });
const step = fc.integer({ min: 1, max: 4 });
const atMs = fc.constant(0);

const tick: MembershipEvent = { atMs: 0, kind: 'tick' };

/** Anything at any time: mostly what is said in a good run, sometimes what is not. */
const anyEvent: fc.Arbitrary<MembershipEvent> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.tuple(worker, fc.nat({ max: 9 })).map(([id, n]) => script(id, 4)[n] ?? tick),
  },
  fc.record({
    kind: fc.constant('step' as const),
    atMs,
    worker,
    step,
    digest: fc.constantFrom('d1', 'x'),
    nonFiniteLanes: fc.constantFrom([], [1]),
  }),
  fc.record({ kind: fc.constant('finished' as const), atMs, worker, step, digest: fc.constantFrom('d1', 'x') }),
  fc.record({ kind: fc.constant('exited' as const), atMs, worker, exit: fc.constant(exit) }),
  fc.record({
    kind: fc.constant('failed' as const),
    atMs,
    worker,
    error: fc.constant({ code: 'peer_lost', message: 'x' } as const),
  }),
  fc.nat({ max: 10_000 }).map((ms): MembershipEvent => ({ ...tick, atMs: ms })),
);

interface History {
  readonly events: readonly MembershipEvent[];
  readonly decisions: readonly Decision[];
  readonly membership: Membership;
}

function run(events: readonly MembershipEvent[], from: Membership = newMembership(options)): History {
  let membership = from;
  const decisions: Decision[] = [];
  for (const event of events) {
    const transition = advance(membership, event);
    membership = transition.membership;
    decisions.push(...transition.decisions);
  }
  return { events, decisions, membership };
}

/** All that a run in which everything was said up to Running may still meet. */
const disorder = fc.array(anyEvent, { maxLength: 60 }).map((tail) => {
  const joined = [0, 1, 2]
    .map((part) => [0, 1, 2].map((id) => script(id, 4)[part]).filter((event) => event !== undefined))
    .flat();
  return run([...joined, ...tail]);
});

function kinds<Kind extends Decision['kind']>(history: History, kind: Kind) {
  return history.decisions.filter((decision): decision is Extract<Decision, { kind: Kind }> => decision.kind === kind);
}

describe('whatever happens', () => {
  it('nobody is released before every worker has the same final digest', () => {
    fc.assert(
      fc.property(disorder, (history) => {
        if (kinds(history, 'release').length === 0) return;
        const finished = history.events.filter((event) => event.kind === 'finished');
        expect(new Set(finished.map((event) => event.worker)).size).toBe(options.workers);
        expect(history.membership.state).toBe('Succeeded');
      }),
    );
  });

  it('a step is complete only when every worker reported it, all with one digest', () => {
    fc.assert(
      fc.property(disorder, (history) => {
        for (const { step: completed } of kinds(history, 'complete-step')) {
          const reached = history.events.filter(
            (event) => (event.kind === 'step' || event.kind === 'finished') && event.step >= completed,
          );
          expect(new Set(reached.map((event) => 'worker' in event && event.worker)).size).toBe(options.workers);
        }
      }),
    );
  });

  it('two digests of one step never both survive', () => {
    fc.assert(
      fc.property(worker, worker, step, (first, second, s) => {
        fc.pre(first !== second);
        const opening = [0, 1, 2].flatMap((part) => [0, 1, 2].flatMap((id) => script(id, 4)[part] ?? []));
        const { membership } = run([
          ...opening,
          { kind: 'step', atMs: 0, worker: first, step: s, digest: 'd', nonFiniteLanes: [] },
          { kind: 'step', atMs: 0, worker: second, step: s, digest: 'e', nonFiniteLanes: [] },
        ]);
        expect(membership.state).toBe('Failed');
      }),
    );
  });

  it('states only go forward, and nothing leads out of an outcome', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
        const entered = kinds(run(events), 'enter').map((decision) => runStates.indexOf(decision.state));
        expect(entered).toEqual([...entered].sort((a, b) => a - b));
        expect(entered.filter((index) => isOutcome(runStates[index] ?? 'Queued')).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('every decision has a reason, and equal events give equal decisions', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const history = run(events);
        for (const decision of history.decisions) expect(decision.reason).not.toBe('');
        expect(run(events).decisions).toEqual(history.decisions);
      }),
    );
  });
});

describe('a run in which everyone behaves', () => {
  it('succeeds in whatever order the workers are heard', () => {
    const turns = fc.array(worker, { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(turns, (order) => {
        const left = [0, 1, 2].map((id) => [...script(id, 4)]);
        const { membership, decisions } = interleave(left, order);
        expect(membership.state).toBe('Succeeded');
        expect(decisions.at(-1)?.kind).toBe('disperse');
        expect(membership.completedStep).toBe(4);
      }),
    );
  });

  it.each([1, 2, 3, 5, 7, 8])('assigns every lane exactly once to %d workers', (workers) => {
    const parts = [0, 1].flatMap((part) =>
      Array.from({ length: workers }, (_, id) => script(id, 1)[part] ?? []).flat(),
    );
    const history = run(parts, newMembership({ ...options, workers }));
    const lanes = kinds(history, 'announce').flatMap((decision) =>
      decision.generation.members.flatMap((member) => member.lanes),
    );
    expect(lanes.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

/** Hears the workers in an order of turns; a worker waits until what it needs to go on was decided. */
function interleave(left: MembershipEvent[][], turns: readonly number[]): History {
  let history = run([]);
  for (let turn = 0; ; turn++) {
    const able = left.filter(([next]) => next !== undefined && mayHappen(next, history));
    const next = able[(turns[turn] ?? 0) % able.length]?.shift();
    if (next === undefined) return history;
    const { decisions, membership } = run([next], history.membership);
    history = { events: [...history.events, next], decisions: [...history.decisions, ...decisions], membership };
  }
}

function mayHappen(event: MembershipEvent, history: History): boolean {
  if (event.kind === 'ready') return kinds(history, 'announce').length > 0;
  if (event.kind === 'step') return kinds(history, 'start').length > 0;
  if (event.kind === 'stream-closed') return kinds(history, 'release').length > 0;
  return true;
}
