import { createInterface } from 'node:readline';

/** Our half of the line protocol (`contender.ts`): warms up, says so, then measures as often as it is asked. */
export async function serveMeasurements(step: () => Promise<void>, warmup: number): Promise<void> {
  for (let index = 0; index < warmup; index += 1) await step();
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const count = Number(line.split(' ')[1]);
    const ms: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const begun = performance.now();
      await step();
      ms.push(performance.now() - begun);
    }
    process.stdout.write(`${JSON.stringify({ ms })}\n`);
  }
}
