/** Does work for every item, at most `width` at the same time; the first error ends it once what runs has ended. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const lines = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const item of waiting) await work(item);
  });
  const ended = await Promise.allSettled(lines);
  const failed = ended.find((line) => line.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
