import type { Command } from 'commander';

/** A command with all that may follow it on a line. */
export interface CommandNode {
  /** Words from the program's name on: `collimator runs list`. */
  readonly words: readonly string[];
  readonly description: string;
  readonly subcommands: readonly CommandNode[];
  /** Long flags: `--json`. */
  readonly flags: readonly string[];
  /** Values among which its arguments choose. */
  readonly choices: readonly string[];
  /** Whether an argument or an option of it names a file. */
  readonly takesFiles: boolean;
}

/** Placeholders of arguments and options that stand for files. */
const fileNames = ['file', 'job'];

/** The tree of a program's commands, as completion scripts need it. */
export function commandTree(command: Command, parents: readonly string[] = []): CommandNode {
  const words = [...parents, command.name()];
  return {
    words,
    description: command.description(),
    subcommands: command.commands.map((child) => commandTree(child, words)),
    flags: [...command.options.flatMap(({ long }) => long ?? []), '--help'],
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesFiles: argumentNames(command).some((name) => fileNames.includes(name)),
  };
}

/** A node and everything below it, parents first. */
export function allNodes(node: CommandNode): CommandNode[] {
  return [node, ...node.subcommands.flatMap(allNodes)];
}

/** What may follow a command: its verbs, the values of its arguments, its flags. */
export function completionsOf(node: CommandNode): string[] {
  return [...node.subcommands.map(verbOf), ...node.choices, ...node.flags];
}

/** The last word of a command: `list` of `collimator runs list`. */
export function verbOf({ words }: CommandNode): string {
  return words.at(-1) ?? '';
}

function argumentNames(command: Command): string[] {
  const ofOptions = command.options.map(({ flags }) => /<(\w+)>/.exec(flags)?.[1] ?? '');
  return [...command.registeredArguments.map((argument) => argument.name()), ...ofOptions];
}
