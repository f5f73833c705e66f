export { launchRun } from './launch-run.ts';
export type { LaunchedRun, RunEnd } from './launched-run.ts';
