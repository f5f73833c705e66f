export { launchRun } from './launch-run.ts';
export type { LaunchedRun, LaunchOptions, RunEnd } from './launched-run.ts';
