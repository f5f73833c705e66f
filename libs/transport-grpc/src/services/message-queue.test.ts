import { describe, expect, it } from 'vitest';
import { MessageQueue } from './message-queue.ts';

async function all<Message>(queue: MessageQueue<Message>): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of queue) messages.push(message);
  return messages;
}

describe('a message queue', () => {
  it('gives what was pushed, in order, also what comes while it is read', async () => {
    const queue = new MessageQueue<number>();
    queue.push(1);
    const read = all(queue);
    for (const message of [2, 3]) {
      await Promise.resolve();
      queue.push(message);
    }
    queue.close();
    queue.push(4);
    expect(await read).toEqual([1, 2, 3]);
  });

  it('gives what waits before the error that ended it', async () => {
    const queue = new MessageQueue<number>();
    queue.push(1);
    queue.fail(new Error('broken'));
    const reader = queue[Symbol.asyncIterator]();
    expect(await reader.next()).toEqual({ done: false, value: 1 });
    await expect(reader.next()).rejects.toMatchObject({ message: 'broken' });
  });

  it('fails a reader that is too slow', async () => {
    const queue = new MessageQueue<number>(2);
    for (const message of [1, 2, 3]) queue.push(message);
    await expect(all(queue)).rejects.toMatchObject({
      code: 'peer_lost',
      message: 'the reader is too slow: 2 messages wait unread, the limit is 2',
    });
  });

  it('takes nothing any more when its reader has left', async () => {
    const queue = new MessageQueue<number>(2);
    queue.push(1);
    for await (const message of queue) {
      expect(message).toBe(1);
      break;
    }
    for (const message of [2, 3, 4]) queue.push(message);
    expect(await all(queue)).toEqual([]);
  });
});
