import { CollimatorError } from '@collimator/errors';
import { endWithParent } from './orphan.ts';
import { readWorkerOptions } from './worker-options.ts';
import { runWorker } from './worker.ts';

endWithParent();
try {
  await runWorker(readWorkerOptions(process.argv.slice(2), process.env));
  process.exit(0);
} catch (thrown) {
  const error = CollimatorError.from(thrown);
  process.stderr.write(`[${error.code}] ${error.message}\n`);
  if (error.code === 'bug')
    process.stderr.write(`${(error.cause instanceof Error ? error.cause : error).stack ?? ''}\n`);
  process.exit(error.exitCode);
}
