import { describe, expect, it } from 'vitest';
import { readWorkerOptions } from './worker-options.ts';

const args = ['--run', 'cnn-1', '--worker', '2', '--coordinator', '127.0.0.1:4000', '--lanes-at-once', '3'];
const env = { COLLIMATOR_TOKEN: 'secret' };

describe('readWorkerOptions', () => {
  it('reads what the launcher says', () => {
    expect(readWorkerOptions(args, env)).toEqual({
      run: 'cnn-1',
      worker: 2,
      coordinator: { host: '127.0.0.1', port: 4000 },
      lanesAtOnce: 3,
      token: 'secret',
    });
  });

  it.each([
    { given: args.slice(2), environment: env, message: '--run is missing' },
    { given: args, environment: {}, message: 'COLLIMATOR_TOKEN is not set' },
    {
      given: [...args, '--worker', 'x'],
      environment: env,
      message: '--worker is "x", allowed is a whole number from 0',
    },
    { given: [...args, '--lanes-at-once', '0'], environment: env, message: 'allowed is a whole number from 1' },
    { given: [...args, '--coordinator', 'nowhere'], environment: env, message: 'allowed is HOST:PORT' },
  ])('refuses: $message', ({ given, environment, message }) => {
    expect(() => readWorkerOptions(given, environment)).toThrow(message);
  });
});
