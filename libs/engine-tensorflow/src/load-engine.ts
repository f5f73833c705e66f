import { availableParallelism, cpus } from 'node:os';
import { memory, registerBackend, setBackend } from '@tensorflow/tfjs-core';
import type { DeviceInfo, Engine, EngineBuild } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import { loadAddon, loadBackendClass, type TensorflowBinding } from './tfjs/binding.ts';
import { type EnvironmentChoice, pinEnvironment } from './tfjs/environment.ts';
import { backendName, registerOperationKernel } from './tfjs/operation-kernel.ts';
import { Recorder } from './trace/recorder.ts';

/** Where the compiled engine lies. */
export interface EngineFiles {
  /** The tfjs addon, compiled. */
  readonly bindingPath: string;
  /** The session runner, compiled. */
  readonly runnerPath: string;
  readonly build: EngineBuild;
}

export interface EngineOptions extends Partial<EnvironmentChoice> {
  readonly files: EngineFiles;
}

function startBackend(files: EngineFiles): { recorder: Recorder; device: DeviceInfo } {
  const Backend = loadBackendClass();
  const native = loadAddon(files.bindingPath) as TensorflowBinding;
  const recorder = new Recorder(native);
  registerBackend(backendName, () => new Backend(recorder.binding, '@tensorflow/tfjs-node-gpu') as never, 3);
  registerOperationKernel();
  setBackend(backendName);
  return { recorder, device: { kind: native.isUsingGpuDevice() ? 'gpu' : 'cpu', name: cpus()[0]?.model ?? 'unknown' } };
}

/**
 * Loads TensorFlow into this process, once, with the environment pinned so that the bits depend on the machine and
 * the build alone, and makes it tfjs's backend: from then on tfjs operations run eagerly on it.
 * Throws `engine_failed`.
 */
export function loadEngine(options: EngineOptions): Promise<Engine> {
  pinEnvironment({
    device: options.device ?? 'auto',
    instructionSet: options.instructionSet ?? 'native',
    cores: options.cores ?? availableParallelism(),
  });
  const { device } = startBackend(options.files);
  return Promise.resolve({
    build: options.files.build,
    device,
    compile: () => Promise.reject(new CollimatorError('engine_failed', 'programs cannot be compiled yet')),
    memory: () => {
      const { numTensors, numBytes } = memory();
      return { tensors: numTensors, bytes: numBytes };
    },
  });
}
