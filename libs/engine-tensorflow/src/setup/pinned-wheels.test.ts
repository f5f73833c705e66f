import { describe, expect, it } from 'vitest';

import { wheelPlatforms } from './fetch-wheel.ts';
import { cpuWheels, gpuWheels, type PinnedWheel } from './pinned-wheels.ts';

const all: readonly PinnedWheel[] = [...cpuWheels, ...gpuWheels];

/** The `and-cuda` extra of TensorFlow 2.21's metadata, without the `nvidia-` and `-cu12` around each name. */
const cuda = 'cublas cuda-cupti cuda-nvcc cuda-nvrtc cuda-runtime cudnn cufft curand cusolver cusparse nccl nvjitlink';

describe('pinned wheels', () => {
  it.each(all)('$project is pinned whole', ({ project, version, file, sha256, bytes, unpackedBytes }) => {
    expect(file).toContain(`${project.replaceAll('-', '_')}-${version}-`);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(unpackedBytes).toBeGreaterThan(bytes / 5);
    expect(wheelPlatforms.some((platform) => file.includes(platform))).toBe(true);
  });

  it('name each wheel once, TensorFlow first, with every CUDA library that it asks for', () => {
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(all.length);
    expect(gpuWheels.map(({ project }) => project)).toEqual([
      'tensorflow',
      ...cuda.split(' ').map((name) => `nvidia-${name}-cu12`),
    ]);
  });
});
