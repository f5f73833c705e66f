export { type Action, type Storage, storageKey } from './all-reduce/action.ts';
export { AllReduce, type Arrival } from './all-reduce/all-reduce.ts';
export { assignLanes, type LaneAssignment } from './assignment.ts';
export { blockFloats, type BlockRange, Blocks, ownerOf } from './blocks.ts';
export { predictedEfficiency } from './efficiency.ts';
export {
  decodeFrameHeader,
  encodeFrameHeader,
  type FrameHeader,
  type Generation,
  tensorFrameVersion,
} from './frame-header.ts';
export { type Sha256, StateDigest } from './state-digest.ts';
export { maximalSubtrees, nodeKey, parentOf, rootLevel, siblingOf, type TreeNode } from './tree.ts';
