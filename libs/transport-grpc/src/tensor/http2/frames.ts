/** Frame types, flags and settings of HTTP/2 (RFC 9113 §6). */
export const FrameType = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  resetStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goAway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

export const Flag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const Setting = {
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
} as const;

export const clientPreface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
export const frameHeaderBytes = 9;
export const defaultWindowBytes = 65_535;
export const defaultMaxFrameBytes = 16_384;
export const maxWindowBytes = 2 ** 31 - 1;

export interface FrameHead {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

/** The nine bytes before a frame's payload, with room for `extra` bytes after them. */
export function frameHead({ length, type, flags, stream }: FrameHead, extra = 0): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + extra);
  bytes.writeUIntBE(length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  return bytes;
}

export function readFrameHead(bytes: Buffer): FrameHead {
  return {
    length: bytes.readUIntBE(0, 3),
    type: bytes.readUInt8(3),
    flags: bytes.readUInt8(4),
    stream: bytes.readUInt32BE(5) & 0x7f_ff_ff_ff,
  };
}

/** A whole small frame. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([frameHead({ length: payload.length, type, flags, stream }), payload]);
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  settings.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  });
  return frame(FrameType.settings, 0, 0, payload);
}

export function windowUpdateFrame(stream: number, bytes: number): Buffer {
  return frame(FrameType.windowUpdate, 0, stream, uint32(bytes));
}

export function resetFrame(stream: number, code: number): Buffer {
  return frame(FrameType.resetStream, 0, stream, uint32(code));
}

export function goAwayFrame(lastStream: number, code: number, reason: string): Buffer {
  return frame(FrameType.goAway, 0, 0, Buffer.concat([uint32(lastStream), uint32(code), Buffer.from(reason)]));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
