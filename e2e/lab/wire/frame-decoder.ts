/**
 * Reads WebSocket frames (RFC 6455 section 5.2) from one direction of a TCP stream, so that the lab's log is of what went
 * over the wire and not of what a server library says. It looks only at headers and at the first bytes of each payload;
 * it must never alter or hold back what it reads. Extensions are not decoded: the lab's servers negotiate none.
 */

export type FrameKind = 'text' | 'binary' | 'close' | 'ping' | 'pong';

/** One whole message or control frame. */
export interface WireFrame {
  readonly kind: FrameKind;
  /** Length of the whole payload, unmasked. For 'close' it includes the two bytes of the code. */
  readonly payloadBytes: number;
  /** How many frames the message was sent in. More than one: it was fragmented. */
  readonly fragments: number;
  /** The first bytes of the payload, unmasked; all of them for control frames (they have at most 125). */
  readonly head: Buffer;
}

export interface FrameDecoder {
  /** Takes the next bytes of the stream, cut anywhere. */
  push(chunk: Buffer): void;
}

const KIND_BY_OPCODE: Readonly<Record<number, FrameKind>> = {
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};
const CONTINUATION = 0x0;
const FIRST_CONTROL_OPCODE = 0x8;
const MAX_CONTROL_PAYLOAD_BYTES = 125;

interface Header {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payloadBytes: number;
  readonly mask: Buffer | null;
  readonly headerBytes: number;
}

/** Header of the frame that starts at the first byte, or null while it is not all there. */
function readHeader(bytes: Buffer): Header | null {
  if (bytes.length < 2) return null;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
  const maskBytes = second & 0x80 ? 4 : 0;
  const headerBytes = 2 + lengthBytes + maskBytes;
  if (bytes.length < headerBytes) return null;
  return {
    fin: (first & 0x80) !== 0,
    opcode: first & 0x0f,
    payloadBytes:
      lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : shortLength,
    mask: maskBytes > 0 ? Buffer.from(bytes.subarray(headerBytes - 4, headerBytes)) : null,
    headerBytes,
  };
}

/** A message being put together: its fragments so far. */
interface Message {
  readonly kind: FrameKind;
  readonly headLimit: number;
  readonly head: Buffer[];
  headBytes: number;
  payloadBytes: number;
  fragments: number;
}

function startMessage(opcode: number, headLimitBytes: number): Message | null {
  const kind = KIND_BY_OPCODE[opcode];
  if (kind === undefined) return null;
  const headLimit = opcode >= FIRST_CONTROL_OPCODE ? MAX_CONTROL_PAYLOAD_BYTES : headLimitBytes;
  return { kind, headLimit, head: [], headBytes: 0, payloadBytes: 0, fragments: 0 };
}

/** Copies as much of a payload slice as the head still takes; `offset` is the slice's place in its frame (for the mask). */
function keepHead(message: Message, slice: Buffer, offset: number, mask: Buffer | null): void {
  const kept = Buffer.from(slice.subarray(0, message.headLimit - message.headBytes));
  if (mask !== null) {
    for (let i = 0; i < kept.length; i++) kept[i] = kept.readUInt8(i) ^ mask.readUInt8((offset + i) % 4);
  }
  message.head.push(kept);
  message.headBytes += kept.length;
}

/**
 * A decoder that calls `onFrame` once for each whole message or control frame, in the order in which they end, with at
 * most `headLimitBytes` of a data message's payload. Frames with reserved opcodes are skipped.
 */
export function createFrameDecoder(headLimitBytes: number, onFrame: (frame: WireFrame) => void): FrameDecoder {
  let pending: Buffer = Buffer.alloc(0);
  let current: { readonly header: Header; readonly message: Message | null; readBytes: number } | null = null;
  let unfinished: Message | null = null;

  function begin(header: Header): Message | null {
    if (header.opcode === CONTINUATION) return unfinished;
    const message = startMessage(header.opcode, headLimitBytes);
    if (message !== null && header.opcode < FIRST_CONTROL_OPCODE) unfinished = message;
    return message;
  }

  function finish(header: Header, message: Message | null): void {
    if (message === null) return;
    message.payloadBytes += header.payloadBytes;
    message.fragments += 1;
    if (!header.fin) return;
    if (message === unfinished) unfinished = null;
    const { kind, payloadBytes, fragments } = message;
    onFrame({ kind, payloadBytes, fragments, head: Buffer.concat(message.head) });
  }

  return {
    push(chunk) {
      let rest = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
      for (;;) {
        if (current === null) {
          const header = readHeader(rest);
          if (header === null) break;
          rest = rest.subarray(header.headerBytes);
          current = { header, message: begin(header), readBytes: 0 };
        }
        const { header, message } = current;
        const slice = rest.subarray(0, header.payloadBytes - current.readBytes);
        if (message !== null && message.headBytes < message.headLimit) {
          keepHead(message, slice, current.readBytes, header.mask);
        }
        current.readBytes += slice.length;
        rest = rest.subarray(slice.length);
        if (current.readBytes < header.payloadBytes) break;
        current = null;
        finish(header, message);
      }
      pending = rest.length > 0 ? Buffer.from(rest) : Buffer.alloc(0);
    },
  };
}
