import { availableParallelism } from 'node:os';

const kept =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|XDG_.*|LD_LIBRARY_PATH|CUDA_VISIBLE_DEVICES|NVIDIA_.*|COLLIMATOR_.*)$/;

/** How many lanes one of `workers` workers on this machine computes at once: an equal share of the cores, at least one. */
export function lanesAtOnce(workers: number, cores = availableParallelism()): number {
  return Math.max(1, Math.floor(cores / workers));
}

/**
 * The environment of a process of a run: only what is known to be harmless, so that no TF_*, OMP_* or NODE_* variable of the
 * user changes how lanes are computed.
 */
export function processEnvironment(env: NodeJS.ProcessEnv, token: string): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name)));
  return { ...clean, COLLIMATOR_TOKEN: token };
}
