import { describe, expect, it } from 'vitest';
import { lanesAtOnce, processEnvironment } from './worker-environment.ts';

describe('the environment of a process', () => {
  it('keeps what is known to be harmless and nothing that changes how lanes are computed', () => {
    const env = {
      PATH: '/bin',
      HOME: '/home/me',
      LC_ALL: 'C',
      CUDA_VISIBLE_DEVICES: '1',
      COLLIMATOR_STORE: 'file:x',
      TF_NUM_INTRAOP_THREADS: '9',
      TF_ENABLE_ONEDNN_OPTS: '0',
      OMP_NUM_THREADS: '3',
      NODE_OPTIONS: '--inspect',
      UV_THREADPOOL_SIZE: '64',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
    expect(Object.keys(processEnvironment(env, 't')).sort()).toEqual([
      'COLLIMATOR_STORE',
      'COLLIMATOR_TOKEN',
      'CUDA_VISIBLE_DEVICES',
      'HOME',
      'LC_ALL',
      'PATH',
    ]);
  });

  it.each([
    [2, 8, 4],
    [3, 8, 2],
    [4, 2, 1],
  ])('%d workers on %d cores: %d lanes at once', (workers, cores, lanes) => {
    expect(lanesAtOnce(workers, cores)).toBe(lanes);
  });
});
