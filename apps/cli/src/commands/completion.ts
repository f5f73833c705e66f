import { Argument, type Command } from 'commander';
import type { CommandLine } from '../command-line.ts';
import { bashCompletion } from '../completion/bash.ts';
import { commandTree } from '../completion/command-tree.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `completion bash | zsh | fish`: a script on stdout. */
export function addCompletionCommand(program: Command, { output }: CommandLine): void {
  const shells = Object.keys(scripts);
  program
    .command('completion')
    .description('print a completion script for bash, zsh or fish')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: keyof typeof scripts) => {
      output.print([scripts[shell](commandTree(program)).trimEnd()]);
    });
}
