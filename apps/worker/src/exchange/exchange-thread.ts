/** The transport thread: tensor streams and the collective's arithmetic. Nothing here ever waits for the engine. */
import { parentPort, workerData } from 'node:worker_threads';
import { CollimatorError, describeUnknown } from '@collimator/errors';
import { grpcTensorTransport } from '@collimator/transport-grpc';
import type { Command, Group, Report, ThreadOptions } from './messages.ts';
import { PeerLinks } from './peer-links.ts';
import { Reducer } from './reducer.ts';

const options = workerData as ThreadOptions;
let reducer: Reducer | undefined;
/** Once set, streams may end and commands mean nothing any more. */
let closing = false;
/** Workers that left on purpose: no round can be completed without them. */
const departed = new Set<number>();

const links = new PeerLinks(options.worker, grpcTensorTransport, options.credentials, {
  connected: () => {
    report({ type: 'connected' });
  },
  ended,
});
const server = await grpcTensorTransport.serve(options, (sink) => {
  links.accept(sink);
});

parentPort?.on('message', (command: Command) => {
  try {
    if (!closing || command.type === 'close') obey(command);
  } catch (error) {
    failed(CollimatorError.from(error));
  }
});
report({ type: 'listening', address: server.address });

function obey(command: Command): void {
  switch (command.type) {
    case 'connect':
      connect(command);
      return;
    case 'begin':
      connectedReducer().begin(command.round, command.length);
      for (const worker of departed) lost(worker, departure(worker));
      return;
    case 'laneReady':
      connectedReducer().laneReady(command.round, command.lane, command.address);
      return;
    case 'release':
      connectedReducer().release(command.round);
      return;
    case 'close':
      void close();
      return;
  }
}

function connect(group: Group): void {
  const created = new Reducer(options, group, links, report, failed);
  reducer = created;
  links.connect(group.members, (rank, worker) => created.sourceOf(rank, worker));
}

function connectedReducer(): Reducer {
  if (reducer === undefined) throw new CollimatorError('bug', 'a round was begun before the group was connected');
  return reducer;
}

/** A stream that ends with an error is a lost peer; one that ends on purpose is lost once a round needs it. */
function ended(worker: number, error: CollimatorError | undefined): void {
  if (closing) return;
  if (error !== undefined) lost(worker, error);
  else if (reducer?.busy ?? false) lost(worker, departure(worker));
  else departed.add(worker);
}

function departure(worker: number): CollimatorError {
  return new CollimatorError('peer_lost', `worker ${worker} left before the round was complete`);
}

function lost(worker: number, error: CollimatorError): void {
  report({ type: 'peerLost', worker, error: describeUnknown(error) });
}

/** What fails here is told to every peer; nothing wrong is summed or sent after it. */
function failed(error: CollimatorError): void {
  if (closing) return;
  closing = true;
  report({ type: 'failed', error: describeUnknown(error) });
  links.close(error);
}

function report(message: Report): void {
  parentPort?.postMessage(message);
}

async function close(): Promise<void> {
  closing = true;
  links.close();
  await server.close();
  parentPort?.close();
}
