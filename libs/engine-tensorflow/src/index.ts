export { type EngineOptions, loadEngine } from './load-engine.ts';
export {
  type DeviceChoice,
  type EnvironmentChoice,
  type InstructionSet,
  pinnedEnvironment,
} from './tfjs/environment.ts';

export {
  type Check,
  defaultCacheFolder,
  engineChecks,
  type EngineLocation,
  ensureEngine,
  type EnsureOptions,
  exportEngine,
  formatBytes,
  importEngine,
  type InstallOptions,
  locateEngine,
  type LocateOptions,
  nvidiaGpus,
  type ProgressListener,
  type SetupProgress,
  verifyEngine,
} from './setup/index.ts';
