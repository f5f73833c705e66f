/** Error codes of HTTP/2 (RFC 9113 §7) that this adapter sends or tells apart. */
export const ErrorCode = {
  none: 0x0,
  protocol: 0x1,
  internal: 0x2,
  flowControl: 0x3,
  frameSize: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compression: 0x9,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** The peer broke the protocol; the connection ends with this code. */
export class Http2Error extends Error {
  override readonly name = 'Http2Error';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
