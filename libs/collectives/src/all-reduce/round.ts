import { CollimatorError } from '@collimator/errors';
import { type Blocks, ownerOf } from '../blocks.ts';
import { isLeft, nodeKey, parentOf, siblingOf, type TreeNode } from '../tree.ts';
import { type Action, type Storage, storageKey } from './action.ts';
import type { Group } from './group.ts';

const reduced: Storage = { kind: 'reduced' };

/**
 * One vector being summed. Values are pairs of (subtree, block); a value is added to its sibling as soon as both are here,
 * always left + right, so the order of arrival never shows in the result. A worker's own subtrees are summed over all
 * blocks; everything above only over the blocks that it owns.
 */
export class Round {
  readonly round: number;
  readonly blocks: Blocks;
  readonly #group: Group;
  readonly #actions: Action[] = [];
  /** Values that wait for their sibling: by block, by node. */
  readonly #waiting = new Map<number, Map<string, Storage>>();
  readonly #seen = new Set<string>();
  readonly #unflushed = new Map<string, number>();
  /** The vectors of own maximal subtrees: kept until the round is complete and all their bytes have left. */
  readonly #kept = new Set<number>();
  #finished = 0;
  #begun = false;
  #released = false;
  #hashed = false;

  constructor(round: number, blocks: Blocks, group: Group) {
    this.round = round;
    this.blocks = blocks;
    this.#group = group;
  }

  get complete(): boolean {
    return this.#finished === this.blocks.count;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** Whether the reduced vector may go as far as this worker alone is concerned. */
  get disposable(): boolean {
    return this.#released && this.#hashed && this.#unflushedOf(this.vector) === 0 && this.#kept.size === 0;
  }

  /** Where the reduced vector lies: one worker alone sums in the vector of lane 0. */
  get vector(): Storage {
    return this.#group.size === 1 ? { kind: 'lane', lane: 0 } : reduced;
  }

  begin(): void {
    this.#begun = true;
  }

  release(): void {
    this.#released = true;
  }

  hashed(): void {
    this.#hashed = true;
  }

  /** The actions since the last call. */
  take(): Action[] {
    return this.#actions.splice(0);
  }

  /** One own lane's vector is written: sums what can be summed, sends what is a peer's, frees what was added. */
  laneReady(lane: number): void {
    this.#seeOnce(`lane ${lane}`, lane);
    const merges = this.#ownMerges(lane);
    for (const block of this.#sendingOrder()) this.#sumOwn(lane, merges.length, block);
    for (const right of merges) this.#free({ kind: 'lane', lane: right });
    const top = climb({ level: 0, index: lane }, merges.length);
    if (!this.#group.isMaximal(this.#group.self, top)) return;
    if (this.#group.size > 1) this.#kept.add(firstLane(top));
    this.#freeKept();
  }

  /** Where the bytes of a peer's value belong; refuses what that peer has no business to send, or sent before. */
  expect(from: number, node: TreeNode, block: number): Storage {
    const value = `${nodeKey(node)} ${block}`;
    const owner = ownerOf(block, this.blocks.count, this.#group.size);
    const root = this.#group.isRoot(node);
    const allowed = root ? owner === from : owner === this.#group.self && this.#group.isMaximal(from, node);
    if (!allowed || from === this.#group.self) {
      throw this.#violation(`rank ${from} sent block ${block} of subtree ${nodeKey(node)}, which is not its to send`);
    }
    if (this.#seen.has(value))
      throw this.#violation(`rank ${from} sent block ${block} of subtree ${nodeKey(node)} twice`);
    this.#seen.add(value);
    return root ? reduced : { kind: 'slice', node, block };
  }

  /** The bytes of an expected value are here. */
  received(node: TreeNode, block: number): void {
    if (this.#group.isRoot(node)) this.#blockFinished();
    else this.#put(node, block, { kind: 'slice', node, block });
  }

  /** The transport holds one of the sent blocks of this storage no longer. */
  flushed(storage: Storage): void {
    const key = storageKey(storage);
    this.#unflushed.set(key, this.#unflushedOf(storage) - 1);
    this.#freeKept();
  }

  /** The lanes whose vectors disappear into their left neighbours when `lane` is added to what is here, bottom up. */
  #ownMerges(lane: number): number[] {
    const freed: number[] = [];
    let node: TreeNode = { level: 0, index: lane };
    while (!this.#group.isMaximal(this.#group.self, node) && this.#hasOwn(siblingOf(node))) {
      freed.push(firstLane(isLeft(node) ? siblingOf(node) : node));
      node = parentOf(node);
    }
    return freed;
  }

  #hasOwn(node: TreeNode): boolean {
    const first = firstLane(node);
    for (let lane = first; lane < first + (1 << node.level); lane++) if (!this.#seen.has(`lane ${lane}`)) return false;
    return true;
  }

  /** Adds one block up to the node that `merges` additions reach, and passes a maximal subtree's block on. */
  #sumOwn(lane: number, merges: number, block: number): void {
    let node: TreeNode = { level: 0, index: lane };
    for (let merge = 0; merge < merges; merge++) {
      const parent = parentOf(node);
      this.#add(block, parent, ownStorage(parent));
      node = parent;
    }
    if (this.#group.isMaximal(this.#group.self, node)) this.#passOn(node, block);
  }

  #passOn(node: TreeNode, block: number): void {
    const owner = ownerOf(block, this.blocks.count, this.#group.size);
    if (owner === this.#group.self) this.#put(node, block, ownStorage(node));
    else this.#send(node, block, ownStorage(node), owner);
  }

  /** A value of an owned block: finished, added to its sibling, or kept waiting for it. */
  #put(node: TreeNode, block: number, storage: Storage): void {
    if (this.#group.isRoot(node)) {
      this.#announce(node, block, storage);
      return;
    }
    const waiting = this.#waitingAt(block);
    const sibling = waiting.get(nodeKey(siblingOf(node)));
    if (sibling === undefined) {
      waiting.set(nodeKey(node), storage);
      return;
    }
    waiting.delete(nodeKey(siblingOf(node)));
    this.#combine(node, block, isLeft(node) ? [storage, sibling] : [sibling, storage]);
  }

  #combine(node: TreeNode, block: number, [left, right]: readonly [Storage, Storage]): void {
    const parent = parentOf(node);
    const into = this.#group.isRoot(parent) ? reduced : left.kind === 'slice' ? left : right;
    this.#actions.push({ type: 'add', round: this.round, block, left, right, into });
    for (const operand of [left, right]) if (operand.kind === 'slice' && operand !== into) this.#free(operand);
    this.#put(parent, block, into);
  }

  #announce(root: TreeNode, block: number, storage: Storage): void {
    for (let rank = 1; rank < this.#group.size; rank++) {
      this.#send(root, block, storage, (this.#group.self + rank) % this.#group.size);
    }
    this.#blockFinished();
  }

  #blockFinished(): void {
    this.#finished += 1;
    if (this.complete) {
      this.#actions.push({ type: 'complete', round: this.round, vector: this.vector });
      this.#waiting.clear();
    }
    this.#freeKept();
  }

  #add(block: number, parent: TreeNode, into: Storage): void {
    const left = { level: parent.level - 1, index: parent.index * 2 };
    const [a, b] = [ownStorage(left), ownStorage(siblingOf(left))];
    this.#actions.push({ type: 'add', round: this.round, block, left: a, right: b, into });
  }

  #send(node: TreeNode, block: number, from: Storage, to: number): void {
    this.#unflushed.set(storageKey(from), this.#unflushedOf(from) + 1);
    this.#actions.push({ type: 'send', round: this.round, block, node, from, to });
  }

  #free(storage: Storage): void {
    this.#actions.push({ type: 'free', round: this.round, storage });
  }

  #freeKept(): void {
    if (!this.complete) return;
    for (const lane of this.#kept) {
      if (this.#unflushedOf({ kind: 'lane', lane }) > 0) continue;
      this.#kept.delete(lane);
      this.#free({ kind: 'lane', lane });
    }
  }

  #unflushedOf(storage: Storage): number {
    return this.#unflushed.get(storageKey(storage)) ?? 0;
  }

  #waitingAt(block: number): Map<string, Storage> {
    const waiting = this.#waiting.get(block) ?? new Map<string, Storage>();
    this.#waiting.set(block, waiting);
    return waiting;
  }

  /** All blocks, those of the next rank first, so that the workers do not all write to the same one. */
  #sendingOrder(): number[] {
    const { count } = this.blocks;
    const start = Math.floor((((this.#group.self + 1) % this.#group.size) * count) / this.#group.size);
    return Array.from({ length: count }, (_, block) => (start + block) % count);
  }

  #seeOnce(value: string, lane: number): void {
    if (!this.#group.lanes.has(lane) || this.#seen.has(value)) {
      throw new CollimatorError('bug', `lane ${lane} of round ${this.round} is not ours or was handed in twice`);
    }
    this.#seen.add(value);
  }

  #violation(message: string): CollimatorError {
    return new CollimatorError('protocol_violation', `round ${this.round}: ${message}`);
  }
}

function firstLane(node: TreeNode): number {
  return node.index << node.level;
}

function ownStorage(node: TreeNode): Storage {
  return { kind: 'lane', lane: firstLane(node) };
}

function climb(node: TreeNode, levels: number): TreeNode {
  return { level: node.level + levels, index: node.index >> levels };
}
