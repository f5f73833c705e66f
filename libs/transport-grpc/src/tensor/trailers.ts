import type { CollimatorError } from '@collimator/errors';
import { Metadata, status } from '@grpc/grpc-js';
import { fromServiceError, toStatusError } from '../services/status.ts';
import type { Field } from './http2/header-table.ts';

/** gRPC's statuses by the text that trailers carry. */
const statusByNumber = new Map(
  Object.values(status)
    .filter((value) => typeof value !== 'string')
    .map((value) => [value.toFixed(), value]),
);

/** The trailers that end a stream: status 0, or the error with our own report beside gRPC's status. */
export function trailersOf(error: CollimatorError | undefined): Field[] {
  if (error === undefined) return [['grpc-status', '0']];
  const { code, details, metadata } = toStatusError(error);
  const own = Object.entries(metadata.getMap()).map(([name, value]): Field => [name, encodeValue(value)]);
  return [['grpc-status', String(code)], ['grpc-message', encodePercent(details)], ...own];
}

/** The error that trailers tell of; undefined for status 0. */
export function errorFromTrailers(fields: ReadonlyMap<string, string>): CollimatorError | undefined {
  const code = fields.get('grpc-status');
  if (code === '0') return undefined;
  return fromServiceError({
    code: statusByNumber.get(code ?? '') ?? status.UNKNOWN,
    details: decodePercent(fields.get('grpc-message') ?? ''),
    metadata: metadataOf(fields),
  });
}

/** The metadata among a header block's fields: all but those of HTTP and gRPC themselves. */
export function metadataOf(fields: ReadonlyMap<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of fields) {
    if (name.startsWith(':') || name.startsWith('grpc-')) continue;
    metadata.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
  }
  return metadata;
}

/** Only what is not printable ASCII is encoded, and the percent sign itself (gRPC over HTTP/2, Responses). */
export function encodePercent(text: string): string {
  return text.toWellFormed().replaceAll(/[^ -~]|%/gu, encodeURIComponent);
}

function encodeValue(value: string | Buffer): string {
  return typeof value === 'string' ? value : value.toString('base64');
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
