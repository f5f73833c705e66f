/**
 * `npm test [-- filters]`: sets the engine up (tests that need it are skipped where that is impossible, and fail with
 * `CI=true`), then runs every test of this machine from source.
 */
import { CollimatorError } from '@collimator/errors';
import { ensureEngine } from '@collimator/engine-tensorflow';
import { startVitest } from 'vitest/node';
import { SummaryReporter } from './summary-reporter.ts';

async function setUpEngine(): Promise<void> {
  try {
    await ensureEngine({});
  } catch (thrown) {
    const error = CollimatorError.from(thrown);
    if (process.env.CI === 'true' || error.code === 'bug') throw error;
    process.stdout.write(`The engine is not available, so its tests are skipped: ${error.message}\n`);
  }
}

await setUpEngine();
const vitest = await startVitest('test', process.argv.slice(2), {
  watch: false,
  reporters: [process.env.CI === 'true' ? 'dot' : 'default', new SummaryReporter()],
});
await vitest.close();
