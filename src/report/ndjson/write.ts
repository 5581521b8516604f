/**
 * A recording as NDJSON: lossless, one record a line, frames one by one so that `grep` finds them. docs/format.md explains
 * the format. Streams: holds one chunk of frames and one piece of text.
 */
import {
  FRAME_BINARY,
  FRAME_BLOB,
  FRAME_DELAYED,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
} from '../../protocol/frame-columns.ts';
import type { Recording } from '../../protocol/recording.ts';
import { toBase64 } from '../base64.ts';
import { gathered } from '../pieces.ts';
import { framesOf, type RecordedFrame } from '../recording.ts';
import type { RedactionMode } from '../redaction/redact-recording.ts';
import { FORMAT, FORMAT_VERSION, type RecordType } from './format.ts';

export interface WrittenBy {
  /** `socketscope 0.1.0` */
  readonly program: string;
  /** How what is written was redacted before. */
  readonly redaction: RedactionMode;
}

/** Flags that are written as `true` where they are set. */
export const FLAG_NAMES = [
  [FRAME_BLOB, 'blob'],
  [FRAME_TRUNCATED, 'truncated'],
  [FRAME_SIMULATED, 'simulated'],
  [FRAME_DISCARDED, 'discarded'],
  [FRAME_LOST, 'lost'],
  [FRAME_DELAYED, 'delayed'],
] as const;
const FLAG_TEXTS = Array.from({ length: 256 }, (_, flags) =>
  FLAG_NAMES.map(([bit, name]) => (flags & bit ? `,"${name}":true` : '')).join(''),
);

export function writeNdjson(recording: Recording, writtenBy: WrittenBy): AsyncIterable<string> {
  return gathered(linesOf(recording, writtenBy));
}

async function* linesOf(recording: Recording, { program, redaction }: WrittenBy): AsyncGenerator<string> {
  const { session, documents, connections, context, handshakes, probes } = recording;
  yield line('header', { format: FORMAT, version: FORMAT_VERSION, writtenBy: program, redaction });
  yield line('session', session);
  for (const row of documents) yield line('document', withoutSession(row));
  for (const row of connections) yield line('connection', withoutSession(row));
  for (const row of context) yield line('context', withoutSession(row));
  for (const row of handshakes) yield line('handshake', withoutSession(row));
  for (const row of probes) yield line('probe', withoutSession(row));
  let frames = 0;
  for (const { connectionId } of connections) {
    const start = `{"type":"frame","connectionId":${JSON.stringify(connectionId)},"seq":`;
    for await (const chunk of recording.chunks(connectionId)) {
      for (const frame of framesOf(chunk)) yield start + frameLine(frame);
      frames += chunk.chunk.count;
    }
  }
  yield line('end', { connections: connections.length, frames });
}

function line(type: RecordType, fields: object): string {
  return `${JSON.stringify({ type, ...fields }, encoded)}\n`;
}

function encoded(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toBase64(value) : value;
}

/** All rows are of the one session. */
function withoutSession<Row extends { readonly sessionId: string }>({ sessionId: _, ...row }: Row): object {
  return row;
}

/** By hand, because it is done a million times. */
function frameLine({ seq, atMs, flags, sizeBytes, text, bytes, content }: RecordedFrame): string {
  const direction = flags & FRAME_OUT ? 'out' : 'in';
  const opcode = flags & FRAME_BINARY ? 'binary' : 'text';
  const fields = `${seq},"atMs":${atMs},"direction":"${direction}","opcode":"${opcode}","sizeBytes":${sizeBytes}`;
  const payload =
    (text === null ? '' : `,"text":${JSON.stringify(text)}`) +
    (bytes === null ? '' : `,"base64":"${toBase64(bytes)}"`) +
    (content === null ? '' : `,"blobBase64":"${toBase64(content)}"`);
  return `${fields}${FLAG_TEXTS[flags & 255]}${payload}}\n`;
}
