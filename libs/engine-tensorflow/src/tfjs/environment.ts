import { isMainThread } from 'node:worker_threads';
import { CollimatorError } from '@collimator/errors';

/** Highest instruction set that oneDNN may use; a job pins a lower one so that unlike machines give the same bits. */
export type InstructionSet = 'native' | 'avx512' | 'avx2';

export type DeviceChoice = 'auto' | 'cpu' | 'gpu';

export interface EnvironmentChoice {
  readonly device: DeviceChoice;
  readonly instructionSet: InstructionSet;
  /** Operations that may run at the same time where a graph leaves the choice to TensorFlow. */
  readonly cores: number;
}

const oneDnnNames = { native: undefined, avx512: 'AVX512_CORE', avx2: 'AVX2' } as const;

/** Variables that TensorFlow, oneDNN, OpenMP and the CUDA libraries read and that may change bits. */
const numericVariable = /^(?:TF_|OMP_|GOMP_|KMP_|ONEDNN_|DNNL_|MKL_|XLA_|CUBLAS_|CUDNN_|NVIDIA_TF32_)/;

/** Log settings are the user's: they change no bits. */
const logVariablePrefix = 'TF_CPP_';

const gpuVariables: Readonly<Record<string, string>> = {
  TF_DETERMINISTIC_OPS: '1',
  TF_CUDNN_DETERMINISTIC: '1',
  TF_CUDNN_USE_AUTOTUNE: '0',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  NVIDIA_TF32_OVERRIDE: '0',
};

/**
 * The environment under which TensorFlow's bits are decided by us alone: what the user has set of the variables that
 * could change them is dropped, then one thread per operation, oneDNN, and on a GPU deterministic operations are set.
 */
export function pinnedEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  choice: EnvironmentChoice,
): Record<string, string> {
  const kept = Object.entries(inherited).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (!numericVariable.test(entry[0]) || entry[0].startsWith(logVariablePrefix)),
  );
  const instructionSet = oneDnnNames[choice.instructionSet];
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...Object.fromEntries(kept),
    TF_NUM_INTRAOP_THREADS: '1',
    TF_NUM_INTEROP_THREADS: String(choice.cores),
    TF_ENABLE_ONEDNN_OPTS: '1',
    OMP_NUM_THREADS: '1',
    ...(instructionSet === undefined ? {} : { ONEDNN_MAX_CPU_ISA: instructionSet }),
    ...(choice.device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '-1' } : gpuVariables),
  };
}

/**
 * Writes the pinned environment into this process, before TensorFlow is loaded. Only the main thread's `process.env`
 * reaches C's `getenv`, so anywhere else this is refused (`engine_failed`).
 */
export function pinEnvironment(choice: EnvironmentChoice): void {
  if (!isMainThread) {
    throw new CollimatorError(
      'engine_failed',
      'TensorFlow was to be loaded in a worker thread, where its thread counts cannot be pinned',
      {
        next: 'load the engine in the main thread of a process',
      },
    );
  }
  const pinned = pinnedEnvironment(process.env, choice);
  for (const name of Object.keys(process.env))
    if (!Object.hasOwn(pinned, name)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, pinned);
}
