import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '@collimator/errors';
import { Interruption } from './interruption.ts';
import { StreamOutput } from './output/output.ts';
import { createProgram } from './program.ts';
import { settingDefinitions } from './settings/setting-names.ts';

const page = await readFile(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8');
const program = createProgram({
  output: new StreamOutput(process, false),
  interruption: new Interruption(new EventEmitter(), () => undefined),
  environment: {},
  now: Date.now,
  setExitCode: () => undefined,
});

describe('docs/reference/cli.md', () => {
  it('has every command with its arguments', () => {
    expect(usages(program).filter((usage) => !page.includes(`\`${usage}\``))).toEqual([]);
  });

  it('has every option', () => {
    expect(optionsOf(program).filter((option) => !page.includes(`\`${option}`))).toEqual([]);
  });

  it('has every setting and every exit code', () => {
    for (const [name, { variable }] of Object.entries(settingDefinitions)) {
      expect(page).toMatch(new RegExp(`^\\| \`${name}\` .*\`${variable}\``, 'm'));
    }
    for (const exitCode of new Set(Object.values(errorCodes))) expect(page).toContain(`\n| ${exitCode}    |`);
  });
});

/** `collimator runs show <run>` for every command that does something. */
function usages(command: Command, parents = ''): string[] {
  const path = `${parents}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((child) => usages(child, `${path} `));
  return [[path, ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ')];
}

function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? []).filter((option) => option !== '--version');
  return [...new Set([...own, ...command.commands.flatMap(optionsOf)])];
}
