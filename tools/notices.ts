/**
 * THIRD_PARTY_NOTICES.md: every package that a user of Collimator runs, with version and licence, and the data that
 * is shipped. `node tools/notices.ts` checks the file, `--write` writes it.
 */
import { readFile, writeFile } from 'node:fs/promises';

const noticesFile = new URL('../THIRD_PARTY_NOTICES.md', import.meta.url);
const lockFile = new URL('../package-lock.json', import.meta.url);

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** Taken from the licence texts of packages whose package.json names none. */
const licencesByHand: Readonly<Record<string, string>> = {};

const allowed =
  /^\(?(Apache-2\.0|MIT|MIT-0|ISC|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|CC-BY-4\.0|Zlib)\b/;

async function runtimePackages(): Promise<readonly (readonly [string, string, string])[]> {
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as { packages: Record<string, LockedPackage> };
  const rows = new Map<string, readonly [string, string, string]>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1) ?? '';
    if (!path.includes('node_modules/') || entry.dev === true || entry.link === true) continue;
    const version = entry.version ?? 'unknown';
    rows.set(`${name}@${version}`, [name, version, entry.license ?? licencesByHand[name] ?? 'unknown']);
  }
  return [...rows.values()].sort(([a], [b]) => a.localeCompare(b, 'en'));
}

function render(rows: readonly (readonly [string, string, string])[]): string {
  return [
    '# Third-party notices',
    '',
    'Packages that run with Collimator, from the lock file (`npm run notices` writes this page, CI checks it).',
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    '## Fetched at set-up',
    '',
    '| What | Version | Licence |',
    '| --- | --- | --- |',
    '| TensorFlow (`tensorflow-cpu` or `tensorflow` wheel: shared libraries and C headers) | 2.21.0 | Apache-2.0 |',
    '| NVIDIA CUDA libraries (`nvidia-*` wheels, GPU machines only) | as the TensorFlow wheel names them | NVIDIA proprietary, redistributable |',
    '',
    '## Data',
    '',
    '| What | Licence |',
    '| --- | --- |',
    '| `examples/data/pneumoniamnist.npz`: PneumoniaMNIST of MedMNIST v2 (Yang et al., 2023), from Kermany et al., 2018 | CC BY 4.0 |',
    '',
  ].join('\n');
}

const rows = await runtimePackages();
const unclear = rows.filter(([, , licence]) => !allowed.test(licence));
if (unclear.length > 0) {
  throw new Error(`licences to look at: ${unclear.map((row) => row.join(' ')).join('; ')}`);
}
const text = render(rows);
if (process.argv.includes('--write')) {
  await writeFile(noticesFile, text);
} else if ((await readFile(noticesFile, 'utf8').catch(() => '')) !== text) {
  throw new Error('THIRD_PARTY_NOTICES.md is out of date; run "npm run notices"');
}
