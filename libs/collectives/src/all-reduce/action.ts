import type { TreeNode } from '../tree.ts';

/**
 * Where the block of a value lies: in the vector that a lane wrote (a subtree's sum takes over the vector of its leftmost
 * lane), in a slice that a peer sent (one block long), or in the reduced vector of the round.
 */
export type Storage =
  | { readonly kind: 'lane'; readonly lane: number }
  | { readonly kind: 'slice'; readonly node: TreeNode; readonly block: number }
  | { readonly kind: 'reduced' };

/** What the caller must do, in the order in which the actions were returned. */
export type Action =
  /** `into = left + right` for one block; `into` may be one of the operands. */
  | {
      readonly type: 'add';
      readonly round: number;
      readonly block: number;
      readonly left: Storage;
      readonly right: Storage;
      readonly into: Storage;
    }
  /** Send one block of a subtree's sum (the root: a finished block) to a rank; then report it with `flushed`. */
  | {
      readonly type: 'send';
      readonly round: number;
      readonly block: number;
      readonly node: TreeNode;
      readonly from: Storage;
      readonly to: number;
    }
  /** Every block of the round's reduced vector lies in `vector`. */
  | { readonly type: 'complete'; readonly round: number; readonly vector: Storage }
  /** Nobody needs this storage any more. */
  | { readonly type: 'free'; readonly round: number; readonly storage: Storage };

/** A name for a storage within its round. */
export function storageKey(storage: Storage): string {
  switch (storage.kind) {
    case 'lane':
      return `lane ${storage.lane}`;
    case 'slice':
      return `slice ${storage.node.level}/${storage.node.index} ${storage.block}`;
    case 'reduced':
      return 'reduced';
  }
}
