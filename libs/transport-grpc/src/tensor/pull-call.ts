import type { Credentials } from '@collimator/transport';
import { callMetadata } from '../services/call-credentials.ts';
import type { Field } from './http2/header-table.ts';

/** The one method of the tensor service: an empty request, a stream of messages of tensor header and payload. */
export const pullPath = '/collimator.v1.Tensors/Pull';

export const memberKey = 'collimator-member';
export const channelKey = 'collimator-channel';

/** The header block of a pull. */
export function pullFields(authority: string, credentials: Credentials, channel: string, self: string): Field[] {
  const metadata = Object.entries(callMetadata(credentials).getMap());
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', pullPath],
    [':authority', authority],
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ...metadata.map(([name, value]): Field => [name, value.toString()]),
    [memberKey, self],
    [channelKey, channel],
  ];
}
