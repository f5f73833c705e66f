import { createHash } from 'node:crypto';

/** SHA-256 of bytes as lower-case hexadecimal digits. */
export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
