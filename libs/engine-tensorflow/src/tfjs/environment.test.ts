import { describe, expect, test } from 'vitest';
import { pinnedEnvironment } from './environment.ts';

const choice = { device: 'cpu', instructionSet: 'native', cores: 3 } as const;

describe('pinnedEnvironment', () => {
  test('pins one thread per operation and as many operations as cores', () => {
    expect(pinnedEnvironment({}, choice)).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '3',
      OMP_NUM_THREADS: '1',
      TF_ENABLE_ONEDNN_OPTS: '1',
      CUDA_VISIBLE_DEVICES: '-1',
    });
  });

  test.each([
    ['TF_NUM_INTRAOP_THREADS', '8', '1'],
    ['OMP_NUM_THREADS', '8', '1'],
    ['OMP_DYNAMIC', 'true', undefined],
    ['TF_ENABLE_ONEDNN_OPTS', '0', '1'],
    ['ONEDNN_MAX_CPU_ISA', 'SSE41', undefined],
    ['DNNL_DEFAULT_FPMATH_MODE', 'BF16', undefined],
    ['KMP_BLOCKTIME', '0', undefined],
    ['MKL_CBWR', 'COMPATIBLE', undefined],
    ['XLA_FLAGS', '--xla_cpu_enable_fast_math=true', undefined],
    ['TF_CPP_MIN_LOG_LEVEL', '0', '0'],
    ['PATH', '/bin', '/bin'],
  ])('what the user has set: %s=%s becomes %s', (name, value, pinned) => {
    expect(pinnedEnvironment({ [name]: value }, choice)[name]).toBe(pinned);
  });

  test.each([
    ['native', undefined],
    ['avx512', 'AVX512_CORE'],
    ['avx2', 'AVX2'],
  ] as const)('instruction set %s limits oneDNN to %s', (instructionSet, limit) => {
    expect(pinnedEnvironment({}, { ...choice, instructionSet }).ONEDNN_MAX_CPU_ISA).toBe(limit);
  });

  test('a GPU is deterministic, without TF32 and without choosing algorithms by timing', () => {
    const pinned = pinnedEnvironment({ CUDA_VISIBLE_DEVICES: '1' }, { ...choice, device: 'gpu' });
    expect(pinned).toMatchObject({
      CUDA_VISIBLE_DEVICES: '1',
      TF_DETERMINISTIC_OPS: '1',
      TF_CUDNN_DETERMINISTIC: '1',
      TF_CUDNN_USE_AUTOTUNE: '0',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
  });
});
