import { CollimatorError, describeUnknown, errorCodes } from '@collimator/errors';
import { Metadata, status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { fromServiceError, toStatusError } from './status.ts';

describe('errors over gRPC', () => {
  it.each(Object.keys(errorCodes) as (keyof typeof errorCodes)[])('%s survives', (code) => {
    const error = new CollimatorError(code, `it is ${code}`, { next: 'do this' });
    const sent = toStatusError(error);
    expect(sent.code).not.toBe(status.OK);
    expect(describeUnknown(fromServiceError(sent))).toEqual(describeUnknown(error));
  });

  it.each([
    [status.UNAVAILABLE, 'peer_lost'],
    [status.DEADLINE_EXCEEDED, 'peer_lost'],
    [status.CANCELLED, 'interrupted'],
    [status.UNAUTHENTICATED, 'unauthenticated'],
    [status.UNIMPLEMENTED, 'protocol_version'],
    [status.DATA_LOSS, 'bug'],
  ])('status %d without our trailer is %s', (code, expected) => {
    const error = fromServiceError({ code, details: 'x', metadata: new Metadata() });
    expect(error.code).toBe(expected);
    expect(error.message).toBe(`call failed with gRPC status ${status[code]}: x`);
  });

  it('names a trailer that is not ours', () => {
    const metadata = new Metadata();
    metadata.set('collimator-error-bin', Buffer.from('{'));
    expect(fromServiceError({ code: status.INTERNAL, details: '', metadata }).message).toBe(
      'trailer collimator-error-bin is not JSON',
    );
  });
});
