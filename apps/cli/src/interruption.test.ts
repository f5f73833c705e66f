import { EventEmitter } from 'node:events';
import type { CollimatorError } from '@collimator/errors';
import { describe, expect, it } from 'vitest';
import { Interruption } from './interruption.ts';

describe('Interruption', () => {
  it('ends a command that has nothing to clean up', () => {
    const ended: CollimatorError[] = [];
    const source = new EventEmitter();
    new Interruption(source, (error) => ended.push(error));
    source.emit('SIGINT');
    expect(ended).toMatchObject([{ code: 'interrupted', message: 'interrupted by SIGINT', exitCode: 5 }]);
  });

  it('tells work that ends by itself, once, and ends the command again afterwards', async () => {
    const ended: CollimatorError[] = [];
    const source = new EventEmitter();
    const interruption = new Interruption(source, (error) => ended.push(error));
    const reason = await interruption.during((signal) => {
      source.emit('SIGTERM');
      source.emit('SIGTERM');
      return Promise.resolve(signal.reason as unknown);
    });
    expect(reason).toMatchObject({ code: 'interrupted', message: 'interrupted by SIGTERM' });
    expect(ended).toEqual([]);
    source.emit('SIGHUP');
    expect(ended).toHaveLength(1);
  });
});
