import type { SharedMemory } from '@collimator/arrays';
import type { Generation, LaneAssignment } from '@collimator/collectives';
import type { ErrorReport } from '@collimator/errors';
import type { Credentials, PeerAddress } from '@collimator/transport';

/** One worker of a generation; its rank is its place in the list. */
export interface ExchangeMember {
  /** The worker's id, never used again. */
  readonly worker: number;
  readonly address: PeerAddress;
}

/** What the transport thread starts with. */
export interface ThreadOptions {
  readonly worker: number;
  readonly credentials: Credentials;
  readonly host: string;
  readonly memory: SharedMemory;
  /** The digest of the state before the first round, 64 hexadecimal digits. */
  readonly initialDigest: string;
  readonly firstRound: number;
}

export interface Group {
  readonly members: readonly ExchangeMember[];
  /** Lanes of each rank. */
  readonly assignment: LaneAssignment;
  readonly generation: Generation;
}

/** From the main thread to the transport thread. Vectors stay where they are: only their addresses travel. */
export type Command =
  | ({ readonly type: 'connect' } & Group)
  | { readonly type: 'begin'; readonly round: number; readonly length: number }
  | { readonly type: 'laneReady'; readonly round: number; readonly lane: number; readonly address: number }
  | { readonly type: 'release'; readonly round: number }
  | { readonly type: 'close' };

/** What is known of a finished round beside its vector. */
export interface RoundFacts {
  readonly round: number;
  /** The state digest on which this round was reduced; equal on every worker. */
  readonly digest: string;
  /** This worker's lanes whose vectors hold an infinite value or NaN. */
  readonly nonFiniteLanes: readonly number[];
  /** Whether every value of the reduced vector is finite; equal on every worker. */
  readonly finite: boolean;
  /** From the hand-over of this worker's last lane to the finished vector. */
  readonly exchangeMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** From the transport thread to the main thread. */
export type Report =
  | { readonly type: 'listening'; readonly address: PeerAddress }
  | { readonly type: 'connected' }
  | { readonly type: 'freed'; readonly address: number }
  | ({ readonly type: 'completed'; readonly address: number; readonly length: number } & RoundFacts)
  | { readonly type: 'digest'; readonly round: number; readonly digest: string }
  | { readonly type: 'peerLost'; readonly worker: number; readonly error: ErrorReport }
  | { readonly type: 'failed'; readonly error: ErrorReport };
