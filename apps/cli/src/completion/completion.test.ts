import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Argument, Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { bashCompletion } from './bash.ts';
import { commandTree } from './command-tree.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const program = new Command('collimator').version('1.0.0');
const runs = program.command('runs').description("what has been run, the user's own");
runs.command('list').option('--json', 'as JSON');
runs.command('show').argument('<run>');
program.command('train').argument('<job>').option('--set <assignment>');
program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
const tree = commandTree(program);

describe('completion for bash', () => {
  it.each([
    { words: ['ru'], candidates: ['runs'] },
    { words: ['runs', ''], candidates: ['list', 'show', '--help'] },
    { words: ['runs', 'list', '--j'], candidates: ['--json'] },
    { words: ['runs', '--json', 's'], candidates: ['show'] },
    { words: ['completion', ''], candidates: ['bash', 'zsh', '--help'] },
    { words: ['train', 'x.yaml', '--s'], candidates: ['--set'] },
  ])('completes $words', async ({ words, candidates }) => {
    expect(await completeInBash(words)).toEqual(candidates);
  });
});

describe('completion for zsh and fish', () => {
  it('has every command and flag', () => {
    expect(zshCompletion(tree)).toMatchSnapshot();
    expect(fishCompletion(tree)).toMatchSnapshot();
  });
});

async function completeInBash(words: readonly string[]): Promise<string[]> {
  const quoted = ['collimator', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${bashCompletion(tree)}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _collimator; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script]);
  return stdout.trimEnd().split('\n');
}
