import { allNodes, type CommandNode, completionsOf } from './command-tree.ts';

/** A script for bash: `source <(collimator completion bash)`. */
export function bashCompletion(root: CommandNode): string {
  return `# Completion of collimator for bash: source <(npx collimator completion bash)
_collimator() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      -*) ;;
      *) case "$path $word" in
${patternOfPaths(root)}) path="$path $word" ;;
      esac ;;
    esac
  done
  case "$path" in
${allNodes(root).map(branch).join('\n')}
  esac
}
complete -F _collimator collimator
`;
}

function patternOfPaths(root: CommandNode): string {
  const paths = allNodes(root).slice(1).map(pathOf);
  return `        ${paths.join(' | ')}`;
}

function branch(node: CommandNode): string {
  const files = node.takesFiles ? ' -f' : '';
  return `    ${pathOf(node)}) mapfile -t COMPREPLY < <(compgen${files} -W "${completionsOf(node).join(' ')}" -- "$current") ;;`;
}

function pathOf({ words }: CommandNode): string {
  return `"${words
    .slice(1)
    .map((word) => ` ${word}`)
    .join('')}"`;
}
