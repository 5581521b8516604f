/**
 * The messages of one entry as frames of one connection. They come before what the connection is: browsers write
 * `_webSocketMessages` first. Frames are kept as columns; beyond a bound, without their payloads. Pure.
 */

import { FRAME_BINARY, FRAME_OUT, FRAME_TRUNCATED, utf8Bytes } from '../../protocol/frame-columns.ts';
import type { RecordedChunk } from '../../protocol/recording.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { fromBase64 } from '../base64.ts';
import { createChunkBuilder } from '../chunk-builder.ts';
import { conform, type Shape } from '../ndjson/shape.ts';
import type { RecordedFrame } from '../recording.ts';

/** Of one entry, in UTF-16 units and bytes. */
const MAX_PAYLOAD_BYTES = 256 * 1024 * 1024;
/** RFC 6455 section 5.2. */
const TEXT = 1;
const BINARY = 2;

const MESSAGE: Shape = {
  type: 'object',
  properties: {
    type: { type: 'string', enum: ['send', 'receive', 'error'] },
    time: { type: 'number', minimum: 0, maximum: 4_000_000_000 },
    opcode: { type: 'number' },
    data: { type: 'string' },
    _socketscope: {
      type: 'object',
      properties: {
        seq: { type: 'integer', minimum: 0 },
        flags: { type: 'integer', minimum: 0, maximum: 255 },
        sizeBytes: { type: 'integer', minimum: 0 },
      },
      required: ['seq', 'flags', 'sizeBytes'],
    },
  },
  required: ['type', 'time', 'data'],
};

interface Message {
  readonly type: 'send' | 'receive' | 'error';
  /** Seconds since the epoch. */
  readonly time: number;
  readonly opcode?: number;
  readonly data: string;
  readonly _socketscope?: { readonly seq: number; readonly flags: number; readonly sizeBytes: number };
}

type Counted = Pick<
  ConnectionRecord,
  'framesIn' | 'framesOut' | 'bytesIn' | 'bytesOut' | 'lastFrameAtMs' | 'nextSeq' | 'erroredAtMs'
>;

export interface ReadMessages {
  /** The text of one message; null: too long. */
  add(text: string | null): void;
  /** What the browser said about why the connection failed; null: nothing. */
  error(): string | null;
  /** Frames are those of this connection; what its row already counts stays. */
  chunksOf(connection: ConnectionRecord): {
    readonly chunks: readonly RecordedChunk[];
    readonly counted: Counted;
    readonly refused: number;
  };
}

export function createMessageReader(): ReadMessages {
  const builder = createChunkBuilder();
  const chunks: RecordedChunk[] = [];
  let nextSeq = 0;
  let refused = 0;
  let payloadBytes = 0;
  let errorText: string | null = null;
  let erroredAtMs: number | null = null;
  let lastFrameAtMs: number | null = null;
  const counts = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };

  function addFrame(frame: RecordedFrame): void {
    const isOut = (frame.flags & FRAME_OUT) !== 0;
    counts[isOut ? 'framesOut' : 'framesIn']++;
    counts[isOut ? 'bytesOut' : 'bytesIn'] += frame.sizeBytes;
    lastFrameAtMs = Math.max(lastFrameAtMs ?? 0, frame.atMs);
    nextSeq = frame.seq + 1;
    const chunk = builder.add(frame);
    if (chunk) chunks.push(chunk);
  }

  return {
    add(text) {
      const message = messageOf(text);
      if (message?.type === 'error') {
        errorText = message.data.slice(0, 512);
        erroredAtMs = message.time * 1000;
        return;
      }
      const frame = message && frameOf(message, nextSeq, payloadBytes < MAX_PAYLOAD_BYTES);
      if (!frame) {
        refused++;
        return;
      }
      payloadBytes += (frame.text?.length ?? 0) + (frame.bytes?.length ?? 0);
      addFrame(frame);
    },
    error: () => errorText,
    chunksOf(connection) {
      const last = builder.end();
      const { connectionId } = connection;
      const counted = connection.nextSeq > 0 ? { ...connection } : counts;
      return {
        chunks: [...chunks, ...(last ? [last] : [])].map((chunk) => ofConnection(chunk, connectionId)),
        counted: {
          framesIn: counted.framesIn,
          framesOut: counted.framesOut,
          bytesIn: counted.bytesIn,
          bytesOut: counted.bytesOut,
          lastFrameAtMs,
          nextSeq: Math.max(nextSeq, connection.nextSeq),
          erroredAtMs: connection.erroredAtMs ?? erroredAtMs,
        },
        refused,
      };
    },
  };
}

function messageOf(text: string | null): Message | null {
  if (text === null) return null;
  try {
    const { value, problem } = conform(MESSAGE, JSON.parse(text));
    return problem === null ? (value as Message) : null;
  } catch {
    return null;
  }
}

/** Null: a control frame, or none. */
function frameOf(
  { type, time, opcode = TEXT, data, _socketscope: own }: Message,
  nextSeq: number,
  keeps: boolean,
): RecordedFrame | null {
  if (opcode !== TEXT && opcode !== BINARY) return null;
  const isBinary = opcode === BINARY;
  const bytes = isBinary ? (fromBase64(data) ?? new TextEncoder().encode(data)) : null;
  const sizeBytes = own?.sizeBytes ?? bytes?.length ?? utf8Bytes(data);
  const flags = (own?.flags ?? 0) | (type === 'send' ? FRAME_OUT : 0) | (isBinary ? FRAME_BINARY : 0);
  const isCut = !keeps || (own !== undefined && (bytes?.length ?? utf8Bytes(data)) < sizeBytes);
  return {
    connectionId: '',
    seq: Math.max(nextSeq, own?.seq ?? nextSeq),
    atMs: time * 1000,
    flags: isCut ? flags | FRAME_TRUNCATED : flags,
    sizeBytes,
    text: keeps && !isBinary ? data : null,
    bytes: keeps ? bytes : null,
    content: null,
  };
}

function ofConnection({ chunk, payload, contents }: RecordedChunk, connectionId: string): RecordedChunk {
  return { chunk: { ...chunk, connectionId }, payload: payload && { ...payload, connectionId }, contents };
}
