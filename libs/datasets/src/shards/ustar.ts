/** Files in a tar begin at multiples of this. */
export const blockBytes = 512;

const emptyEnd = 2 * blockBytes;

/** Bytes that a file takes in a tar: its header and its content in whole blocks. */
export function entryBytes(contentBytes: number): number {
  return blockBytes + Math.ceil(contentBytes / blockBytes) * blockBytes;
}

/** Bytes of the two empty blocks that end a tar. */
export const tarEndBytes = emptyEnd;

/**
 * Writes a file at an offset of a zeroed tar (POSIX.1-1988 ustar). Owner, group and time are 0, so that equal files give equal bytes.
 *
 * @returns the offset behind it.
 */
export function writeEntry(tar: Uint8Array, offset: number, name: string, content: Uint8Array): number {
  const header = tar.subarray(offset, offset + blockBytes);
  if (name.length > 100)
    throw new RangeError(`tar name ${name} has ${name.length} characters, at most 100 are possible`);
  writeText(header, 0, name);
  writeText(header, 100, '0000644\0');
  writeText(header, 108, '0000000\0');
  writeText(header, 116, '0000000\0');
  writeText(header, 124, `${content.length.toString(8).padStart(11, '0')}\0`);
  writeText(header, 136, '00000000000\0');
  writeText(header, 148, '        ');
  writeText(header, 156, '0');
  writeText(header, 257, 'ustar\x0000');
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  writeText(header, 148, `${checksum.toString(8).padStart(6, '0')}\0 `);
  tar.set(content, offset + blockBytes);
  return offset + entryBytes(content.length);
}

function writeText(header: Uint8Array, offset: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) header[offset + index] = text.charCodeAt(index);
}
