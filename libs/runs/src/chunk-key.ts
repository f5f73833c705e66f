const indexDigits = 6;

/** The key of a chunk of a file that grows by objects: `<prefix>000000.jsonl`. */
export function chunkKey(prefix: string, index: number): string {
  return `${prefix}${String(index).padStart(indexDigits, '0')}.jsonl`;
}
