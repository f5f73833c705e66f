import { readFileSync } from 'node:fs';

/** Version of the command line: the one version number of the product. */
export function productVersion(): string {
  const description = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return description.version;
}
