export { loadEngine, type EngineFiles, type EngineOptions } from './load-engine.ts';
export {
  type DeviceChoice,
  type EnvironmentChoice,
  type InstructionSet,
  pinnedEnvironment,
} from './tfjs/environment.ts';

export {
  defaultCacheFolder,
  ensureEngine,
  type EngineLocation,
  type EnsureOptions,
  formatBytes,
  locateEngine,
  type LocateOptions,
  nvidiaGpus,
  type ProgressListener,
  type SetupProgress,
  verifyEngine,
} from './setup/index.ts';
