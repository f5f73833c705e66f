import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Planted {
  readonly where: string;
  readonly line: string;
  readonly rule: string;
}

const violations: readonly Planted[] = [
  {
    where: 'libs/metrics/src/index.ts',
    line: "import '@collimator/object-store-files';",
    rule: '@nx/enforce-module-boundaries',
  },
  { where: 'libs/errors/src/index.ts', line: "import '@collimator/engine';", rule: '@nx/enforce-module-boundaries' },
  { where: 'libs/protocol/src/index.ts', line: "import '@collimator/job';", rule: '@nx/enforce-module-boundaries' },
  { where: 'apps/worker/src/main.ts', line: "import '@collimator/testkit';", rule: '@nx/enforce-module-boundaries' },
  { where: 'libs/collectives/src/index.ts', line: "import 'node:fs';", rule: 'no-restricted-imports' },
  { where: 'libs/membership/src/index.ts', line: "import '@grpc/grpc-js';", rule: 'no-restricted-imports' },
  { where: 'libs/membership/src/index.ts', line: 'export const now = Date.now();', rule: 'no-restricted-syntax' },
];

async function rulesBrokenBy({ where, line }: Planted): Promise<readonly (string | null)[]> {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText(`${line}\n`, { filePath: `${root}/${where}` });
  return result?.messages.map((message) => message.ruleId) ?? [];
}

describe('layer boundaries', () => {
  beforeAll(() => {
    // The boundary rule reads Nx's project graph and skips itself where none was made.
    execFileSync(process.execPath, [`${root}/node_modules/nx/dist/bin/nx.js`, 'show', 'projects'], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false' },
    });
  }, 120_000);

  it.each(violations)(
    'refuses "$line" in $where',
    async (planted) => {
      expect(await rulesBrokenBy(planted)).toContain(planted.rule);
    },
    60_000,
  );

  it('lets a domain library import the base', async () => {
    const allowed = { where: 'libs/metrics/src/index.ts', line: "import '@collimator/errors';", rule: '' };
    expect(await rulesBrokenBy(allowed)).not.toContain('@nx/enforce-module-boundaries');
  }, 60_000);
});
