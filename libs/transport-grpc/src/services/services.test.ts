import { CollimatorError, describeUnknown } from '@collimator/errors';
import { CoordinatorService, RunState } from '@collimator/protocol';
import type { Credentials } from '@collimator/transport';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  type ServiceHandlers,
  type ServicesServer,
  connect,
  implement,
  serveServices,
} from './index.ts';

type Handlers = ServiceHandlers<(typeof CoordinatorService)['method']>;

const credentials: Credentials = { run: 'chest-20260101-120000-ab12', token: 'secret' };
const opened: (Connection | ServicesServer)[] = [];

afterEach(async () => {
  for (const end of opened.splice(0)) await end.close();
});

/** A server whose methods all answer plainly, except the ones given. */
async function serve(overrides: Partial<Handlers> = {}): Promise<ServicesServer> {
  const handlers: Handlers = {
    async *attach(requests) {
      for await (const request of requests) {
        if (request.message.case === 'hello')
          yield { message: { case: 'start', value: { generation: request.message.value.worker } } };
      }
    },
    async *watch() {
      for (const state of [RunState.STARTING, RunState.RUNNING]) {
        yield await Promise.resolve({ event: { case: 'stateChanged' as const, value: { state } } });
      }
    },
    reportExit: () => Promise.resolve({}),
    stopRun: ({ reason }) => Promise.reject(new CollimatorError('bug', reason)),
    getRun: () => Promise.resolve({ run: { run: credentials.run } }),
    ...overrides,
  };
  const server = await serveServices({
    host: '127.0.0.1',
    credentials,
    services: [implement(CoordinatorService, handlers)],
  });
  opened.unshift(server);
  return server;
}

function client(server: ServicesServer, override: Partial<Credentials> = {}) {
  const connection = connect(server.address, { ...credentials, ...override });
  opened.unshift(connection);
  return connection.client(CoordinatorService);
}

async function failureOf(work: Promise<unknown>): Promise<CollimatorError> {
  return work.then(
    () => expect.fail('it should have failed'),
    (thrown: unknown) => CollimatorError.from(thrown),
  );
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('services over gRPC', () => {
  it('carry a unary call', async () => {
    const answer = await client(await serve()).getRun({});
    expect(answer.run?.run).toBe(credentials.run);
  });

  it('carry a stream of events', async () => {
    const events = await all(client(await serve()).watch({}).messages);
    expect(events.map((event) => event.event.case === 'stateChanged' && event.event.value.state)).toEqual([
      RunState.STARTING,
      RunState.RUNNING,
    ]);
  });

  it('carry a stream in both directions until the client ends its side', async () => {
    const call = client(await serve()).attach();
    for (const worker of [3, 5]) await call.send({ message: { case: 'hello', value: { worker } } });
    call.end();
    const answers = await all(call.messages);
    expect(answers.map((answer) => answer.message.case === 'start' && answer.message.value.generation)).toEqual([3, 5]);
  });

  it.each([
    ['a wrong token', { token: 'guess' }, 'unauthenticated', 'the call carries no valid token of this run'],
    [
      'another run',
      { run: 'other' },
      'run_missing',
      `the call names run "other"; this process serves "${credentials.run}"`,
    ],
  ])('refuse %s on every kind of call', async (_what, override, code, message) => {
    const calls = client(await serve(), override);
    const failures = await Promise.all([
      failureOf(calls.getRun({})),
      failureOf(all(calls.watch({}).messages)),
      failureOf(all(calls.attach().messages)),
    ]);
    for (const failure of failures) expect(describeUnknown(failure)).toMatchObject({ code, message });
  });

  it("give the caller the server's own error, problems included", async () => {
    const thrown = new CollimatorError('job_invalid', 'job.yaml has a problem', {
      next: 'mend it',
      problems: [{ field: 'spec.seed', message: 'is missing', line: 3, column: 1 }],
    });
    const failure = await failureOf(client(await serve({ getRun: () => Promise.reject(thrown) })).getRun({}));
    expect(describeUnknown(failure)).toEqual(describeUnknown(thrown));
  });

  it('shorten an error that no trailer can hold, and keep its code', async () => {
    const problems = Array.from({ length: 2_000 }, (_, line) => ({ field: 'x', message: 'is wrong', line }));
    const thrown = new CollimatorError('job_invalid', 'job.yaml has 2000 problems', { problems });
    const failure = await failureOf(client(await serve({ getRun: () => Promise.reject(thrown) })).getRun({}));
    expect(describeUnknown(failure)).toEqual({ code: 'job_invalid', message: 'job.yaml has 2000 problems' });
  });

  it('end a stream with the error that its handler throws', async () => {
    const server = await serve({
      async *watch() {
        await Promise.resolve();
        throw new CollimatorError('run_failed', 'it failed');
      },
    });
    expect((await failureOf(all(client(server).watch({}).messages))).code).toBe('run_failed');
  });

  it('tell the handler that its caller is gone', async () => {
    const gone = Promise.withResolvers<unknown>();
    const server = await serve({
      async *attach(requests, { signal }) {
        signal.addEventListener('abort', () => {
          gone.resolve(signal.reason);
        });
        for await (const request of requests) {
          if (request.message.case === 'hello') yield { message: { case: 'start', value: { generation: 1 } } };
        }
      },
    });
    const call = client(server).attach();
    await call.send({ message: { case: 'hello', value: { worker: 1 } } });
    for await (const answer of call.messages) {
      expect(answer.message.case).toBe('start');
      break;
    }
    call.cancel();
    expect(await gone.promise).toMatchObject({ code: 'peer_lost' });
  });

  it('call a server that is not there peer_lost', async () => {
    const server = await serve();
    const calls = client(server);
    await server.close(0);
    expect((await failureOf(calls.getRun({}))).code).toBe('peer_lost');
  });
});
