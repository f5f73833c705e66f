import { allNodes, type CommandNode, verbOf } from './command-tree.ts';

/** A script for zsh: `source <(collimator completion zsh)`. */
export function zshCompletion(root: CommandNode): string {
  return `#compdef collimator
# Completion of collimator for zsh: source <(npx collimator completion zsh)
_collimator() {
  local -a path words_before candidates
  local word
  words_before=("\${(@)words[2,CURRENT-1]}")
  for word in "\${words_before[@]}"; do
    case "\${(j: :)path} $word" in
      ${allNodes(root).slice(1).map(pattern).join(' | ')}) path+=("$word") ;;
    esac
  done
  case "\${(j: :)path}" in
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
  const files = node.takesFiles ? ' _files;' : '';
  const path = node.words.slice(1).join(' ');
  return `    "${path}") candidates=(${[...verbs, ...values].join(' ')}); _describe collimator candidates;${files} ;;`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
