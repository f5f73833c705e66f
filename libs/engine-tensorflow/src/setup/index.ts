export { defaultCacheFolder } from './cache-folder.ts';
export { nvidiaGpus } from './devices.ts';
export { type Check, engineChecks } from './engine-checks.ts';
export { type EngineLocation, locateEngine, type LocateOptions, verifyEngine } from './engine-location.ts';
export { ensureEngine, type EnsureOptions } from './ensure-engine.ts';
export { exportEngine } from './export-engine.ts';
export { importEngine } from './import-engine.ts';
export type { InstallOptions } from './install-engine.ts';
export { formatBytes, type ProgressListener, type SetupProgress } from './progress.ts';
