import { availableParallelism, cpus } from 'node:os';
import { backend, type KernelBackend, memory, registerBackend, setBackend } from '@tensorflow/tfjs-core';
import type { DeviceInfo, Engine } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import { compileProgram } from './program/compile-program.ts';
import type { SessionRunner } from './session/runner.ts';
import { type EngineLocation, locateEngine, nvidiaGpus } from './setup/index.ts';
import { loadAddon, loadBackendClass, type TensorflowBinding } from './tfjs/binding.ts';
import { type EnvironmentChoice, pinEnvironment } from './tfjs/environment.ts';
import { backendName, registerOperationKernel } from './tfjs/operation-kernel.ts';
import { Recorder } from './trace/recorder.ts';
import { type IdentifyingBackend, Tracer } from './trace/tracer.ts';

export interface EngineOptions extends Partial<EnvironmentChoice> {
  /** The installed engine; found by `locateEngine` where it is not given. */
  readonly files?: EngineLocation | undefined;
}

let loaded = false;

/**
 * Loads TensorFlow into this process, once, with the environment pinned so that the bits depend on the machine and the
 * build alone, and makes it tfjs's backend: from then on tfjs operations run eagerly on it, and programs can be compiled.
 * Throws `engine_missing`, `engine_corrupt`, `engine_failed`.
 */
export async function loadEngine(options: EngineOptions = {}): Promise<Engine> {
  const location = options.files ?? (await locateEngine({ device: options.device }));
  if (loaded) throw new CollimatorError('engine_failed', 'TensorFlow is already loaded in this process');
  loaded = true;
  const cores = options.cores ?? availableParallelism();
  pinEnvironment({ device: location.device, instructionSet: options.instructionSet ?? 'native', cores });
  // First, because it decides what TensorFlow may log while it is loaded.
  const runner = loadAddon(location.runnerPath) as SessionRunner;
  const native = loadAddon(location.bindingPath) as TensorflowBinding;
  const recorder = new Recorder(native);
  startBackend(recorder);
  const device = await describeDevice(location, native);
  const compiler = {
    tracer: new Tracer(recorder, backend() as unknown as IdentifyingBackend),
    runner,
    cores: device.kind === 'gpu' ? 1 : cores,
  };
  return { build: location.build, device, compile: (source) => compileProgram(compiler, source), memory: liveTensors };
}

/** Makes TensorFlow tfjs's backend, with every call to its addon, and every value that tfjs makes, seen by the recorder. */
function startBackend(recorder: Recorder): void {
  const Backend = loadBackendClass();
  registerBackend(backendName, () => {
    const made = new Backend(recorder.binding, '@tensorflow/tfjs-node-gpu') as KernelBackend;
    const write = made.write.bind(made);
    made.write = (values, shape, dtype) => {
      recorder.noteOrigin(values);
      return write(values, shape, dtype);
    };
    return made;
  });
  registerOperationKernel();
  void setBackend(backendName);
}

async function describeDevice({ device }: EngineLocation, native: TensorflowBinding): Promise<DeviceInfo> {
  if (device === 'cpu') return { kind: 'cpu', name: cpus()[0]?.model ?? 'unknown' };
  if (!native.isUsingGpuDevice()) {
    throw new CollimatorError('engine_failed', 'TensorFlow found no GPU that it can use', {
      next: 'check the driver with "nvidia-smi" and CUDA_VISIBLE_DEVICES, or set "device: cpu"',
    });
  }
  return { kind: 'gpu', name: (await nvidiaGpus())[0] ?? 'unknown' };
}

function liveTensors(): { readonly tensors: number; readonly bytes: number } {
  const { numTensors, numBytes } = memory();
  return { tensors: numTensors, bytes: numBytes };
}
