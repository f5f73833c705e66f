import { describe, expect, it } from 'vitest';

import { platformProblem, thisPlatform } from './platform.ts';

describe('platformProblem', () => {
  it.each([
    { system: 'linux', architecture: 'x64', glibc: '2.36', problem: undefined },
    { system: 'linux', architecture: 'x64', glibc: '2.27', problem: undefined },
    { system: 'linux', architecture: 'x64', glibc: '2.9', problem: 'glibc 2.9 is older than 2.27' },
    { system: 'linux', architecture: 'x64', glibc: undefined, problem: 'this Linux has no glibc' },
    { system: 'linux', architecture: 'arm64', glibc: '2.36', problem: 'linux arm64 is not supported, only linux x64' },
    { system: 'darwin', architecture: 'arm64', glibc: undefined, problem: 'darwin arm64 is not supported' },
  ])('of $system $architecture with glibc $glibc: $problem', ({ problem, ...platform }) => {
    if (problem === undefined) expect(platformProblem(platform)).toBeUndefined();
    else expect(platformProblem(platform)).toContain(problem);
  });

  it('knows the platform of this process', () => {
    expect(thisPlatform()).toMatchObject({ system: process.platform, architecture: process.arch });
  });
});
