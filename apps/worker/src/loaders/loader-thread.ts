import { parentPort, workerData } from 'node:worker_threads';
import { describeUnknown } from '@collimator/errors';
import { FilesObjectStore } from '@collimator/object-store-files';
import { BatchBuilder } from './batch-builder.ts';
import { type BatchReply, type BatchRequest } from './batch-task.ts';
import { type BatchOptions } from './loader-options.ts';

const options = workerData as BatchOptions;
const builder = new BatchBuilder(options, FilesObjectStore.at(options.storeLocation));
let last: Promise<void> = Promise.resolve();

async function answer({ request, task, slot }: BatchRequest): Promise<void> {
  const reply: BatchReply = await builder.build(task, slot).then(
    (samples) => ({ request, samples }),
    (error: unknown) => ({ request, error: describeUnknown(error) }),
  );
  parentPort?.postMessage(reply);
}

parentPort?.on('message', (message: BatchRequest) => {
  last = last.then(() => answer(message));
});
