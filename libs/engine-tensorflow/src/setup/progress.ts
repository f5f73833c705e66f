import { Transform } from 'node:stream';

/** What the engine set-up is doing, for a progress bar. */
export interface SetupProgress {
  readonly phase: 'wait' | 'download' | 'unpack' | 'compile' | 'verify' | 'pack';
  /** One line for people: `TensorFlow 2.21.0 (274 MB)`. */
  readonly message: string;
  /** Both 0 where there is nothing to count. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export type ProgressListener = (progress: SetupProgress) => void;

/** `274 MB`, `1.1 GB`: decimal units, as download pages use them. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/** A stream that changes nothing and tells, after each chunk, how many bytes came through so far. */
export function countBytes(tell: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      tell(bytes);
      done(undefined, chunk);
    },
  });
}
