import { CollimatorError } from '@collimator/errors';

/**
 * A node of the fixed binary tree over a job's lanes: `level` 0 is a lane, node (level, index) sums the lanes
 * `index·2^level` to `(index+1)·2^level − 1`. Its left child is always the left operand.
 */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** The level of the root: log2 of the lane count. Throws `job_invalid` unless the count is a power of two. */
export function rootLevel(laneCount: number): number {
  const level = Math.log2(laneCount);
  if (!Number.isInteger(level)) {
    throw new CollimatorError('job_invalid', `${laneCount} lanes; allowed is a power of two`, {
      next: 'set spec.training.lanes to 1, 2, 4, 8, ...',
    });
  }
  return level;
}

export function parentOf(node: TreeNode): TreeNode {
  return { level: node.level + 1, index: node.index >> 1 };
}

export function siblingOf(node: TreeNode): TreeNode {
  return { level: node.level, index: node.index ^ 1 };
}

export function isLeft(node: TreeNode): boolean {
  return (node.index & 1) === 0;
}

/** `level/index`, for maps and messages. */
export function nodeKey(node: TreeNode): string {
  return `${node.level}/${node.index}`;
}

/**
 * The largest aligned subtrees that a set of lanes fills completely, in lane order. They are what a worker may sum alone
 * and what it sends: any other partial sum would change the order of the additions.
 */
export function maximalSubtrees(lanes: readonly number[], laneCount: number): readonly TreeNode[] {
  const own = new Set(lanes);
  const found: TreeNode[] = [];
  const visit = (node: TreeNode): void => {
    const first = node.index << node.level;
    const size = 1 << node.level;
    const held = lanes.filter((lane) => lane >= first && lane < first + size).length;
    if (held === size) found.push(node);
    else if (held > 0) {
      visit({ level: node.level - 1, index: node.index * 2 });
      visit({ level: node.level - 1, index: node.index * 2 + 1 });
    }
  };
  if (own.size !== lanes.length) throw new CollimatorError('bug', `lanes ${lanes.join(', ')} name one lane twice`);
  visit({ level: rootLevel(laneCount), index: 0 });
  return found;
}
