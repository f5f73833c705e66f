import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which layer may import which: docs/ARCHITECTURE.md, "Layers". */
const importableBy = {
  base: ['base'],
  port: ['base', 'port'],
  domain: ['base', 'port', 'domain'],
  adapter: ['base', 'port', 'adapter'],
  app: ['base', 'port', 'domain', 'adapter'],
  testkit: ['base', 'port', 'domain'],
  harness: ['base', 'port', 'domain', 'adapter', 'app', 'testkit'],
};

/** The boundary rule; tests may import the test kit besides, and every layer through it. */
const boundaries = (alsoImportable) => [
  'error',
  {
    depConstraints: Object.entries(importableBy).map(([layer, importable]) => ({
      sourceTag: `layer:${layer}`,
      onlyDependOnLibsWithTags: [...importable, ...alsoImportable].map((name) => `layer:${name}`),
    })),
  },
];

const pureFiles = [
  'libs/{errors,arrays,random,engine,object-store,transport,layers,models,losses,metrics,augmentation}/src/**/*.ts',
  'libs/{datasets,collectives,membership,checkpoints,runs,job,training}/src/**/*.ts',
];

const pureRule = [
  'error',
  {
    patterns: [
      { group: ['node:*'], message: 'The base, ports and the domain do no I/O: put it into an adapter or an app.' },
      { group: ['@grpc/*', '@collimator/protocol'], message: 'The domain never sees the wire: convert in an app.' },
    ],
  },
];

const clocksAndChance = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Inject the clock.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Inject the clock.' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Draw from libs/random.' },
  { selector: "MemberExpression[object.name='performance'][property.name='now']", message: 'Inject the clock.' },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/gen/**',
      '**/*.generated.ts',
      '.nx/**',
      '**/.venv/**',
      '**/vitest.config.ts',
      'vitest-project.ts',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries([]),
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      eqeqeq: 'error',
    },
  },
  {
    files: pureFiles,
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': pureRule, 'no-restricted-syntax': ['error', ...clocksAndChance] },
  },
  {
    files: ['**/*.test.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['testkit', 'adapter']) },
  },
  prettier,
);
