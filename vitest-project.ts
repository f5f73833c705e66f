import type { ViteUserConfig } from 'vitest/config';

/** The one test configuration: every project runs from source, its tests beside the code. */
export function projectConfig(name: string): ViteUserConfig {
  return {
    resolve: { conditions: ['@collimator/source'] },
    ssr: { resolve: { conditions: ['@collimator/source'], externalConditions: ['@collimator/source'] } },
    test: { name, include: ['src/**/*.test.ts'], environment: 'node', pool: 'forks', testTimeout: 30_000 },
  };
}
