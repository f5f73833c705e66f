import { CollimatorError } from '@collimator/errors';
import { CoordinatorService, type WorkerMessage, protocolVersion } from '@collimator/protocol';
import { type ServicesServer, implement, serveServices } from '@collimator/transport-grpc';
import { afterEach, describe, expect, it } from 'vitest';
import { type CoordinatorStatement, connectControl } from './index.ts';

const run = 'chest-20260101-120000-ab12';
const token = 'secret';
const opened: ServicesServer[] = [];

afterEach(async () => {
  for (const server of opened.splice(0)) await server.close(0);
});

/** A coordinator that notes what it hears and answers each hello with a welcome. */
async function coordinator() {
  const heard: WorkerMessage['message'][] = [];
  const idle = () => Promise.reject(new CollimatorError('bug', 'this test does not call it'));
  const service = implement(CoordinatorService, {
    async *attach(requests) {
      for await (const { message } of requests) {
        heard.push(message);
        if (message.case === 'hello') yield { message: { case: 'welcome', value: { run } } };
      }
    },
    watch: () => expect.fail('nobody watches'),
    reportExit: idle,
    stopRun: idle,
    getRun: idle,
  });
  const server = await serveServices({ host: '127.0.0.1', credentials: { run, token }, services: [service] });
  opened.push(server);
  return { address: server.address, server, heard };
}

async function first(messages: AsyncIterable<CoordinatorStatement>): Promise<CoordinatorStatement> {
  for await (const statement of messages) return statement;
  return expect.fail('the stream ended before');
}

describe('the control stream of a worker', () => {
  it('says who speaks, in which protocol', async () => {
    const { address, heard } = await coordinator();
    const control = connectControl({ address, run, token, worker: 3 });
    await control.send({ case: 'hello', value: { build: '0.1.0' } });
    expect(await first(control.messages)).toMatchObject({ case: 'welcome', value: { run } });
    await control.close();
    expect(heard).toMatchObject([{ case: 'hello', value: { worker: 3, protocolVersion, build: '0.1.0' } }]);
  });

  it('delivers what was sent before it closes', async () => {
    const { address, heard } = await coordinator();
    const control = connectControl({ address, run, token, worker: 1 });
    void control.send({ case: 'failed', value: { error: { code: 'engine_missing', message: 'no engine' } } });
    await control.close();
    expect(heard).toMatchObject([{ case: 'failed', value: { worker: 1, error: { code: 'engine_missing' } } }]);
  });

  it('tells of a wrong token', async () => {
    const { address } = await coordinator();
    const control = connectControl({ address, run, token: 'guess', worker: 0 });
    await expect(first(control.messages)).rejects.toMatchObject({ code: 'unauthenticated' });
    await control.close();
  });

  it('tells of a coordinator that is gone', async () => {
    const { address, server } = await coordinator();
    const control = connectControl({ address, run, token, worker: 0 });
    await control.send({ case: 'hello', value: {} });
    const messages = control.messages[Symbol.asyncIterator]();
    await messages.next();
    const broken = expect(messages.next()).rejects.toBeInstanceOf(CollimatorError);
    await server.close(0);
    await broken;
    await control.close();
  });
});
