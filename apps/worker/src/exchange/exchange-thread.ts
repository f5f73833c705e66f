/** The transport thread: tensor streams and the collective's arithmetic. Nothing here ever waits for the engine. */
import { parentPort, workerData } from 'node:worker_threads';
import { CollimatorError, describeUnknown } from '@collimator/errors';
import { grpcTensorTransport } from '@collimator/transport-grpc';
import type { Command, Group, Report, ThreadOptions } from './messages.ts';
import { PeerLinks } from './peer-links.ts';
import { Reducer } from './reducer.ts';

const options = workerData as ThreadOptions;
let reducer: Reducer | undefined;
let closing = false;

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
    obey(command);
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

/** A stream that ends with an error, or on purpose in the middle of a round, is a lost peer. */
function ended(worker: number, error: CollimatorError | undefined): void {
  if (closing) return;
  const busy = reducer?.busy ?? false;
  const loss = error ?? (busy ? new CollimatorError('peer_lost', `worker ${worker} left during a round`) : undefined);
  if (loss !== undefined) report({ type: 'peerLost', worker, error: describeUnknown(loss) });
}

function failed(error: CollimatorError): void {
  report({ type: 'failed', error: describeUnknown(error) });
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
