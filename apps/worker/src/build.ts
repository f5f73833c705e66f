import { readFile } from 'node:fs/promises';

/** Name and version of this program, for the hello. */
export async function describeBuild(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return `collimator ${version}, node ${process.versions.node}`;
}
