import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type CoordinatorMessage,
  CoordinatorService,
  type WorkerMessageSchema,
  protocolVersion,
} from '@collimator/protocol';
import type { PeerAddress } from '@collimator/transport';
import { connect } from '@collimator/transport-grpc';

/** Anything that a worker says to its coordinator: `{ case: 'probe', value: { hash, … } }`. */
type WorkerStatement = NonNullable<MessageInitShape<typeof WorkerMessageSchema>['message']> & { case: string };

/** Anything that the coordinator says to a worker. */
export type CoordinatorStatement = CoordinatorMessage['message'] & { case: string };

export interface ControlOptions {
  /** Where the coordinator listens. */
  readonly address: PeerAddress;
  readonly run: string;
  readonly token: string;
  /** The id of this worker. */
  readonly worker: number;
}

/** A worker's stream to its coordinator. */
export interface ControlStream {
  /**
   * What the coordinator says, in order; one reader. Ends when the coordinator ends the stream.
   * @throws unauthenticated (wrong token), peer_lost (the coordinator is gone), protocol_version (it has no such service).
   */
  readonly messages: AsyncIterable<CoordinatorStatement>;
  /** Says something; the first is `hello` or `failed`. Worker id and protocol version are filled in. Settles when it is handed to the connection. */
  send(statement: WorkerStatement): Promise<void>;
  /** Ends the stream and the connection. What was sent before is delivered first, unless the coordinator does not answer within a second. */
  close(): Promise<void>;
}

const closeDeadlineMs = 1_000;

/** Opens the control stream of a worker. Nothing is said until the first `send`. */
export function connectControl(options: ControlOptions): ControlStream {
  const connection = connect(options.address, { run: options.run, token: options.token });
  const call = connection.client(CoordinatorService).attach();
  return {
    messages: statements(call.messages),
    send: (statement) => call.send({ message: identified(statement, options.worker) }),
    close: async () => {
      call.end();
      await Promise.race([call.closed, delay(closeDeadlineMs)]);
      connection.close();
    },
  };
}

function identified(statement: WorkerStatement, worker: number): WorkerStatement {
  if (statement.case === 'hello') return { case: 'hello', value: { ...statement.value, worker, protocolVersion } };
  if (statement.case === 'failed') return { case: 'failed', value: { ...statement.value, worker } };
  return statement;
}

async function* statements(messages: AsyncIterable<CoordinatorMessage>): AsyncGenerator<CoordinatorStatement, void> {
  for await (const { message } of messages) if (message.case !== undefined) yield message;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
