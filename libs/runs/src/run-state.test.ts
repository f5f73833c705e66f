import { describe, expect, test } from 'vitest';
import { isOver, requireTransition, type RunState, runStates, statesAfter } from './run-state.ts';

describe('run states', () => {
  test.each<[string, RunState[]]>([
    ['a plain run', ['Queued', 'Starting', 'Running', 'Finishing', 'Succeeded']],
    ['a rescaled run', ['Running', 'Rescaling', 'Running', 'Finishing']],
    ['a paused run', ['Running', 'Pausing', 'Paused', 'Starting', 'Running']],
    ['an interrupted run', ['Starting', 'Interrupted', 'Starting', 'Running', 'Interrupted']],
    ['a cancelled run', ['Paused', 'Cancelled']],
  ])('%s', (_, states) => {
    states.slice(1).forEach((state, index) => {
      requireTransition('r', states[index] ?? state, state);
    });
  });

  test.each<[RunState, RunState, string]>([
    ['Succeeded', 'Running', 'run r is Succeeded and cannot become Running; nothing follows'],
    [
      'Queued',
      'Running',
      'run r is Queued and cannot become Running; allowed are Starting, Failed, Cancelled, Interrupted',
    ],
    ['Paused', 'Succeeded', 'run r is Paused and cannot become Succeeded; allowed are Queued, Starting, Cancelled'],
  ])('%s → %s is refused', (from, to, message) => {
    expect(() => {
      requireTransition('r', from, to);
    }).toThrow(expect.objectContaining({ code: 'run_state', message, next: expect.anything() as string }) as Error);
  });

  test('each state can be reached from Queued', () => {
    const reached = new Set<RunState>(['Queued']);
    for (const state of reached) for (const next of statesAfter(state)) reached.add(next);
    expect([...reached].sort()).toEqual([...runStates].sort());
  });

  test('while a process works on it a run may fail or be interrupted; when it is over, it may not', () => {
    for (const state of runStates) {
      expect(statesAfter(state).includes('Interrupted')).toBe(!isOver(state));
      expect(statesAfter(state).includes('Failed')).toBe(!isOver(state));
    }
  });
});
