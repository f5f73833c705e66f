import { CollimatorError } from '@collimator/errors';

const oldestGlibc = '2.27';

/** The way out on a machine that is not Linux x64 with glibc. */
export const platformRemedy =
  'run Collimator in a container: docker run --rm -it -v "$PWD":/work -w /work node:24-bookworm bash';

/** What decides whether TensorFlow's wheels run here; `glibc` is absent on another C library. */
export interface Platform {
  readonly system: string;
  readonly architecture: string;
  readonly glibc: string | undefined;
}

/** The platform of this process; without the report's network part, whose name look-ups can take seconds. */
export function thisPlatform(): Platform {
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { system: process.platform, architecture: process.arch, glibc: header.glibcVersionRuntime };
}

/** What keeps TensorFlow's wheels from running on a platform, or `undefined`. */
export function platformProblem({ system, architecture, glibc }: Platform): string | undefined {
  if (system !== 'linux' || architecture !== 'x64') return `${system} ${architecture} is not supported, only linux x64`;
  if (glibc === undefined) return 'this Linux has no glibc, which TensorFlow needs (Alpine has musl)';
  const older = glibc.localeCompare(oldestGlibc, undefined, { numeric: true }) < 0;
  return older ? `glibc ${glibc} is older than ${oldestGlibc}` : undefined;
}

/** Throws `platform_unsupported` anywhere but on Linux x64 with glibc 2.27 or newer. */
export function assertPlatform(): void {
  const problem = platformProblem(thisPlatform());
  if (problem !== undefined) throw new CollimatorError('platform_unsupported', problem, { next: platformRemedy });
}
