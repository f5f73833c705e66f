import { allNodes, type CommandNode, verbOf } from './command-tree.ts';

/** A script for zsh: `source <(collimator completion zsh)`. */
export function zshCompletion(root: CommandNode): string {
  return `#compdef collimator
# Completion of collimator for zsh: source <(npx collimator completion zsh)
_collimator() {
  local -a given candidates
  local word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${(j: :)given} $word" in
      ${allNodes(root).slice(1).map(pattern).join(' | ')}) given+=("$word") ;;
    esac
  done
  case "\${(j: :)given}" in
${allNodes(root).map(branch).join('\n')}
  esac
}
compdef _collimator collimator
`;
}

function pattern({ words }: CommandNode): string {
  return words.length === 2 ? `" ${words[1] ?? ''}"` : `"${words.slice(1).join(' ')}"`;
}

function branch(node: CommandNode): string {
  const verbs = node.subcommands.map((child) => quoted(`${verbOf(child)}:${child.description}`));
  const values = [...node.choices, ...node.flags].map(quoted);
  const files = node.takesFiles ? '; _files' : '';
  const path = node.words.slice(1).join(' ');
  return `    "${path}") candidates=(${[...verbs, ...values].join(' ')}); _describe collimator candidates${files} ;;`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
