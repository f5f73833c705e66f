import { allNodes, type CommandNode, verbOf } from './command-tree.ts';

/** A script for fish: `collimator completion fish | source`. */
export function fishCompletion(root: CommandNode): string {
  return [
    '# Completion of collimator for fish: npx collimator completion fish | source',
    'complete -c collimator -f',
    ...allNodes(root).flatMap(linesOf),
    '',
  ].join('\n');
}

function linesOf(node: CommandNode): string[] {
  const condition = conditionOf(node);
  const verbs = node.subcommands.map(
    ({ words, description }) =>
      `complete -c collimator -n ${condition} -a ${words.at(-1) ?? ''} -d ${quoted(description)}`,
  );
  const values = node.choices.map((choice) => `complete -c collimator -n ${condition} -a ${choice}`);
  const flags = node.flags.map((flag) => `complete -c collimator -n ${condition} -l ${flag.slice(2)}`);
  const files = node.takesFiles ? [`complete -c collimator -n ${condition} -F`] : [];
  return [...verbs, ...values, ...flags, ...files];
}

function conditionOf({ words, subcommands }: CommandNode): string {
  const given = words.slice(1);
  if (given.length === 0) return '__fish_use_subcommand';
  const seen = given.map((word) => `__fish_seen_subcommand_from ${word}`);
  const next = subcommands.map(verbOf);
  const unseen = next.length === 0 ? [] : [`not __fish_seen_subcommand_from ${next.join(' ')}`];
  return quoted([...seen, ...unseen].join('; and '));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
