/**
 * A recording without its secrets, to be read like any other: what every exporter is given, so that none can forget. Rows
 * are redacted first, frames as they are read. Pure.
 */
import { FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import type { RecordedChunk, Recording, RecordingRows } from '../../protocol/recording.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import { chunkOf } from '../chunk-builder.ts';
import { framesOf, type RecordedFrame } from '../recording.ts';
import type { Place, RedactionPreview, Where } from './names-given.ts';
import type { Redactor } from './redactor.ts';

/** `secrets`: hidden; `metadata`: hidden, and no payloads at all; `none`: everything as it was. */
export const REDACTION_MODES = ['secrets', 'metadata', 'none'] as const;
export type RedactionMode = (typeof REDACTION_MODES)[number];

/** By the name of a field: what it holds. All others are text as well. */
const PLACES: Readonly<Record<string, Place>> = {
  __proto__: null as never,
  url: 'url',
  pageUrl: 'url',
  targetUrl: 'url',
  urlPattern: 'url',
  headers: 'header',
  protocols: 'subprotocol',
  protocol: 'subprotocol',
  reason: 'closeReason',
  notes: 'note',
  name: 'note',
  text: 'marker',
  constructedAt: 'stack',
  closedAt: 'stack',
  handlerErrorText: 'errorText',
  networkError: 'errorText',
  held: 'heldFrame',
  scenario: 'scenario',
};

/** Nothing of a recording passes but through the redactor, which is asked in order: what it finds early it knows later. */
export function redactRecording(recording: Recording, redactor: Redactor, mode: RedactionMode): Recording {
  if (mode === 'none') return recording;
  const rows = redactRows(recording, redactor, mode);
  const idOf = new Map(recording.connections.map((row, i) => [rows.connections[i]?.connectionId, row.connectionId]));
  return {
    ...rows,
    async *chunks(connectionId) {
      for await (const chunk of recording.chunks(idOf.get(connectionId) ?? connectionId)) {
        yield mode === 'metadata' ? withoutPayloads(chunk, connectionId) : redactChunk(chunk, connectionId, redactor);
      }
    },
  };
}

/**
 * Reads all of a recording and says what will be hidden. The redactor then knows every secret of it, also those that show
 * only in one place and stand bare in an earlier one: use it for the export. `onChunk` is called after each; it may throw.
 */
export async function previewRedaction(
  recording: Recording,
  redactor: Redactor,
  mode: RedactionMode,
  onChunk: (frames: number) => void = () => {},
): Promise<RedactionPreview> {
  const redacted = redactRecording(recording, redactor, mode);
  if (mode === 'secrets') {
    for (const { connectionId } of redacted.connections) {
      for await (const { chunk } of redacted.chunks(connectionId)) onChunk(chunk.count);
    }
  }
  return redactor.preview();
}

function redactRows(rows: RecordingRows, redactor: Redactor, mode: RedactionMode): RecordingRows {
  const redact = <Row>(row: Row, connectionId: string | null = null): Row =>
    redactValue(row, { place: 'other', connectionId, seq: null }, redactor) as Row;
  return {
    session: redact(rows.session),
    documents: rows.documents.map((row) => redact(row)),
    connections: rows.connections.map((row) =>
      redact(mode === 'metadata' ? withoutHeldPayloads(row) : row, row.connectionId),
    ),
    context: rows.context.map((row) => redact(mode === 'metadata' ? withoutScenario(row) : row, row.connectionId)),
    handshakes: rows.handshakes.map((row) => redact(row, row.connectionId)),
    probes: rows.probes.map((row) => redact(row, row.connectionId)),
  };
}

function withoutHeldPayloads(row: ConnectionRecord): ConnectionRecord {
  return row.held ? { ...row, held: row.held.map((frame) => ({ ...frame, text: null, bytes: null })) } : row;
}

/** A scenario holds the payloads that it injects and the texts that it waits for. */
function withoutScenario({ scenario: _, ...row }: ContextRecord): ContextRecord {
  return row;
}

/** Any value of a row: its strings and bytes redacted, all else as it is. */
function redactValue(value: unknown, where: Where, redactor: Redactor): unknown {
  if (typeof value === 'string')
    return where.place === 'url' ? redactor.url(value, where) : redactor.text(value, where);
  if (value instanceof Uint8Array) return redactor.bytes(value as Uint8Array<ArrayBuffer>, where) ?? new Uint8Array();
  if (Array.isArray(value)) {
    if (where.place === 'header') return value.map((header) => redactHeader(header, where, redactor));
    if (where.place === 'subprotocol') {
      return value.map((one, i) => redactor.subprotocol(String(one), value.slice(0, i).map(String), where));
    }
    return value.map((one) => redactValue(one, where, redactor));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const place =
        where.place === 'heldFrame' || where.place === 'scenario' ? where.place : (PLACES[name] ?? where.place);
      const isProtocol = name === 'protocol' && typeof field === 'string';
      if (isProtocol) return [name, redactor.subprotocol(field, [], { ...where, place })];
      return [name, redactValue(field, { ...where, place }, redactor)];
    }),
  );
}

function redactHeader(header: unknown, where: Where, redactor: Redactor): unknown {
  if (!Array.isArray(header)) return redactValue(header, { ...where, place: 'other' }, redactor);
  const [name, value] = header.map(String);
  return [name, redactor.header(name ?? '', value ?? '', where)];
}

function withoutPayloads({ chunk }: RecordedChunk, connectionId: string): RecordedChunk {
  return { chunk: { ...chunk, connectionId }, payload: null, contents: [] };
}

/** The chunk itself, when nothing is to be hidden in it. */
function redactChunk(recorded: RecordedChunk, connectionId: string, redactor: Redactor): RecordedChunk {
  let isChanged = recorded.chunk.connectionId !== connectionId;
  const frames: RecordedFrame[] = [];
  for (const frame of framesOf(recorded)) {
    const redacted = redactFrame(frame, redactor);
    isChanged ||= redacted !== frame;
    frames.push(redacted);
  }
  return isChanged ? chunkOf(frames.map((frame) => ({ ...frame, connectionId }))) : recorded;
}

/** The frame itself, when nothing is to be hidden in it. Its size stays that of what was sent. */
function redactFrame(frame: RecordedFrame, redactor: Redactor): RecordedFrame {
  const where: Where = { place: 'frame', connectionId: frame.connectionId, seq: frame.seq };
  const text = frame.text && redactor.text(frame.text, where);
  const bytes = frame.bytes && redactor.bytes(frame.bytes, where);
  const content = frame.content && redactor.bytes(frame.content, where);
  if (text === frame.text && bytes === frame.bytes && content === frame.content) return frame;
  const isLeftOut = (frame.bytes !== null && bytes === null) || (frame.content !== null && content === null);
  return {
    ...frame,
    text,
    bytes: frame.bytes && (bytes ?? new Uint8Array()),
    content,
    flags: isLeftOut ? frame.flags | FRAME_TRUNCATED : frame.flags,
  };
}
