import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

const args = ['--run', 'chest-1', '--store', 'file:/tmp/x', '--workers', '2'];

describe('options of the coordinator', () => {
  it('are read from the arguments, the token from the environment', () => {
    expect(readOptions(args, { COLLIMATOR_TOKEN: 't' })).toEqual({
      run: 'chest-1',
      store: 'file:/tmp/x',
      workers: 2,
      token: 't',
    });
  });

  it.each([
    ['no token', args, {}, 'COLLIMATOR_TOKEN is missing'],
    ['no run', args.slice(2), { COLLIMATOR_TOKEN: 't' }, '--run is missing'],
    ['no workers', args.slice(0, 4), { COLLIMATOR_TOKEN: 't' }, '--workers is missing; allowed: a whole number from 1'],
    [
      'no worker',
      [...args, '--workers', '0'],
      { COLLIMATOR_TOKEN: 't' },
      '--workers is 0; allowed: a whole number from 1',
    ],
  ])('are refused with %s', (_what, argv, env, message) => {
    expect(() => readOptions(argv, env)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});
