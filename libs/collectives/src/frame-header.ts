import { CollimatorError } from '@collimator/errors';
import { tensorHeaderBytes } from '@collimator/transport';
import type { TreeNode } from './tree.ts';

/** `CTF` and the version of this layout: the first four bytes of every frame. */
const magic = 0x43_54_46_00;
export const tensorFrameVersion = 1;

/** Set when the payload holds a value that is infinite or NaN. */
const nonFiniteFlag = 1;

/** Fences instructions: which list of members a frame was sent under. */
export interface Generation {
  readonly epoch: number;
  readonly number: number;
}

/**
 * What the payload of a frame is: floats `offset` to `offset + length − 1` of the sum of one subtree (the root: of the
 * finished vector) in one round. A value is identified by round, state and subtree; the generation fences the stream only.
 */
export interface FrameHeader {
  readonly generation: Generation;
  readonly round: number;
  /** The first eight bytes of the state digest on which the round is reduced, as 16 hexadecimal digits. */
  readonly state: string;
  readonly node: TreeNode;
  readonly offset: number;
  readonly length: number;
  readonly vectorLength: number;
  readonly nonFinite: boolean;
}

/** Encodes a header into `tensorHeaderBytes` bytes, big-endian. */
export function encodeFrameHeader(header: FrameHeader): Uint8Array {
  const bytes = new Uint8Array(tensorHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic | tensorFrameVersion);
  view.setUint8(4, header.nonFinite ? nonFiniteFlag : 0);
  view.setUint8(5, header.node.level);
  view.setUint32(8, header.generation.epoch);
  view.setUint32(12, header.generation.number);
  view.setBigUint64(16, BigInt(header.round));
  view.setBigUint64(24, BigInt(`0x${header.state}`));
  view.setUint32(32, header.node.index);
  view.setUint32(36, header.offset);
  view.setUint32(40, header.length);
  view.setUint32(44, header.vectorLength);
  return bytes;
}

/**
 * Decodes a header and checks that it is one: `protocol_version` for another version, `protocol_violation` for anything
 * that is no header or contradicts itself or the payload's size.
 */
export function decodeFrameHeader(bytes: Uint8Array, payloadBytes: number): FrameHeader {
  if (bytes.length !== tensorHeaderBytes) {
    throw violation(`a tensor frame header of ${bytes.length} bytes; it has ${tensorHeaderBytes}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  checkVersion(view.getUint32(0));
  const header = {
    generation: { epoch: view.getUint32(8), number: view.getUint32(12) },
    round: Number(view.getBigUint64(16)),
    state: view.getBigUint64(24).toString(16).padStart(16, '0'),
    node: { level: view.getUint8(5), index: view.getUint32(32) },
    offset: view.getUint32(36),
    length: view.getUint32(40),
    vectorLength: view.getUint32(44),
    nonFinite: (view.getUint8(4) & nonFiniteFlag) !== 0,
  };
  checkRange(header, payloadBytes);
  return header;
}

function checkVersion(word: number): void {
  if ((word & 0xff_ff_ff_00) !== magic) {
    throw violation(`a tensor frame starts with 0x${word.toString(16).padStart(8, '0')}; expected was "CTF"`);
  }
  const version = word & 0xff;
  if (version !== tensorFrameVersion) {
    throw new CollimatorError(
      'protocol_version',
      `the peer sends tensor frames of version ${version}; this build speaks version ${tensorFrameVersion}`,
      { next: 'run the same build of Collimator on every worker' },
    );
  }
}

function checkRange(header: FrameHeader, payloadBytes: number): void {
  if (header.length === 0 || header.offset + header.length > header.vectorLength) {
    const { offset, length, vectorLength } = header;
    throw violation(`a tensor frame holds ${length} floats from ${offset} of a vector of ${vectorLength}`);
  }
  if (header.length * 4 !== payloadBytes) {
    throw violation(`a tensor frame of ${header.length} floats carries ${payloadBytes} bytes; expected was 4 each`);
  }
}

function violation(message: string): CollimatorError {
  return new CollimatorError('protocol_violation', message);
}
