const polynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder & 1 ? polynomial : 0) ^ (remainder >>> 1);
  return remainder;
});

/** The checksum that zip archives carry for each entry (ITU-T V.42). */
export function crc32(content: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of content) remainder = (table[(remainder ^ byte) & 0xff] ?? 0) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}
