import { CollimatorError } from '@collimator/errors';
import type { LaneAssignment } from '../assignment.ts';
import { maximalSubtrees, nodeKey, rootLevel, type TreeNode } from '../tree.ts';

/** Who sums what in one generation: the lanes of each rank, the subtrees that each rank sums alone, and who we are. */
export class Group {
  readonly self: number;
  readonly size: number;
  readonly laneCount: number;
  readonly root: TreeNode;
  readonly lanes: ReadonlySet<number>;
  readonly #subtrees: readonly ReadonlySet<string>[];

  constructor(self: number, assignment: LaneAssignment) {
    const own = assignment[self];
    if (own === undefined) {
      throw new CollimatorError('bug', `rank ${self} of ${assignment.length} workers`);
    }
    this.self = self;
    this.size = assignment.length;
    this.laneCount = assignment.flat().length;
    this.root = { level: rootLevel(this.laneCount), index: 0 };
    this.lanes = new Set(own);
    this.#subtrees = assignment.map((lanes) => new Set(maximalSubtrees(lanes, this.laneCount).map(nodeKey)));
  }

  /** Whether a rank sums this subtree alone and it is no part of a larger such subtree. */
  isMaximal(rank: number, node: TreeNode): boolean {
    return this.#subtrees[rank]?.has(nodeKey(node)) ?? false;
  }

  isRoot(node: TreeNode): boolean {
    return node.level === this.root.level && node.index === 0;
  }
}
