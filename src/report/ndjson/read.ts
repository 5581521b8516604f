/**
 * Reads our NDJSON, record by record, and believes nothing: a line that is wrong is left out and said with its number, what
 * is right around it stays. Holds one chunk of frames, and what it knows of connections. Rejects only when the file itself cannot be read.
 */
import type { HandshakeRecord, ProbeRecord } from '../../protocol/evidence.ts';
import { FRAME_BINARY, FRAME_OUT } from '../../protocol/frame-columns.ts';
import { MAX_GAPS_PER_CONNECTION } from '../../protocol/limits.ts';
import type { RecordedChunk } from '../../protocol/recording.ts';
import type {
  ConnectionRecord,
  ContextRecord,
  DocumentRecord,
  GapRecord,
  SessionRecord,
} from '../../protocol/records.ts';
import { text as say } from '../../words/words.ts';
import { fromBase64 } from '../base64.ts';
import { createChunkBuilder } from '../chunk-builder.ts';
import { linesIn } from '../pieces.ts';
import { type FileProblem, MAX_REFUSALS, type ReadOptions, type ReadRecord } from '../read-record.ts';
import type { RecordedFrame } from '../recording.ts';
import {
  FORMAT,
  FORMAT_VERSION,
  FRAME_COLUMN_BYTES,
  MAX_LINE_CHARS,
  MAX_ROW_CHARS,
  type ReadBounds,
  type RecordType,
  SHAPES,
  TOO_MANY_ROWS,
  tooManyBytes,
} from './format.ts';
import { createIds, type Ids } from './ids.ts';
import { conform } from './shape.ts';
import { FLAG_NAMES } from './write.ts';

const MAX_QUOTED_CHARS = 60;

interface Progress {
  readonly row: ConnectionRecord;
  nextSeq: number;
}

interface Reading {
  readonly ids: Ids;
  session: SessionRecord | null;
  isEnded: boolean;
  readonly documents: Set<string>;
  readonly connections: Map<string, Progress>;
}

/** What one line gives: records, or why it is left out, or why nothing can be done with the file. */
type Taken =
  | { readonly records: readonly ReadRecord[] }
  | { readonly frame: RecordedFrame }
  | { readonly refused: string }
  | { readonly failed: string };

export async function* readNdjson(
  pieces: AsyncIterable<string | Uint8Array>,
  { newId }: ReadOptions = {},
  {
    maxLineChars = MAX_LINE_CHARS,
    maxRowChars = MAX_ROW_CHARS,
    maxFrameBytes = Number.POSITIVE_INFINITY,
  }: ReadBounds = {},
): AsyncGenerator<ReadRecord, void> {
  const reading: Reading = {
    ids: createIds(newId),
    session: null,
    isEnded: false,
    documents: new Set(),
    connections: new Map(),
  };
  const builder = createChunkBuilder();
  let refused = 0;
  let rowChars = 0;
  let frameBytes = 0;
  let isFirst = true;
  let failed: FileProblem | null = null;

  for await (const { number, text } of linesIn(pieces, maxLineChars)) {
    if (text?.trim() === '') continue;
    const taken = text === null ? tooLong(maxLineChars, isFirst) : takeLine(reading, text, isFirst);
    isFirst = false;
    if ('failed' in taken) {
      failed = { line: number, text: taken.failed };
      break;
    }
    if ('refused' in taken) {
      if (++refused <= MAX_REFUSALS) yield { kind: 'refused', problem: { line: number, text: taken.refused } };
      continue;
    }
    if ('frame' in taken) frameBytes += bytesOf(taken.frame);
    const finished = 'frame' in taken ? builder.add(taken.frame) : null;
    if (finished) yield framesRecord(finished);
    if (frameBytes > maxFrameBytes) {
      failed = { line: number, text: tooManyBytes(maxFrameBytes) };
      break;
    }
    if (!('records' in taken)) continue;
    rowChars += text?.length ?? 0;
    if (rowChars > maxRowChars) {
      failed = { line: number, text: TOO_MANY_ROWS };
      break;
    }
    yield* taken.records;
  }
  const last = builder.end();
  if (last) yield framesRecord(last);
  if (!failed && !reading.session) failed = { line: null, text: say('fileProblems_empty') };
  if (!reading.isEnded) yield* brokenOff(reading);
  yield { kind: 'end', failed, isComplete: reading.isEnded && !failed, refused };
}

function bytesOf({ text, bytes, content }: RecordedFrame): number {
  return FRAME_COLUMN_BYTES + (text?.length ?? 0) + (bytes?.length ?? 0) + (content?.length ?? 0);
}

function framesRecord(chunk: RecordedChunk): ReadRecord {
  return { kind: 'chunk', row: chunk };
}

function tooLong(maxLineChars: number, isFirst: boolean): Taken {
  return isFirst ? { failed: say('fileProblems_notOurs') } : { refused: say('fileProblems_tooLong', maxLineChars) };
}

function takeLine(reading: Reading, text: string, isFirst: boolean): Taken {
  const value = parsed(text);
  if (isFirst) return takeHeader(value);
  if (value === undefined) return { refused: say('fileProblems_noJson', quoted(text)) };
  const type = typeOf(value);
  const shape = type && SHAPES[type];
  if (!type || !shape) return { refused: say('fileProblems_unknownKind', quoted(text)) };
  if (type !== 'session' && !reading.session) return { failed: say('fileProblems_order') };
  const { value: fields, problem } = conform(shape, value);
  if (problem !== null) return type === 'session' ? { failed: problem } : { refused: `${type}: ${problem}` };
  return TAKERS[type](reading, fields as Fields);
}

function takeHeader(value: unknown): Taken {
  if (typeOf(value) !== 'header' || (value as Fields).format !== FORMAT) return { failed: say('fileProblems_notOurs') };
  const { version } = value as Fields;
  if (version === FORMAT_VERSION) return { records: [] };
  return {
    failed:
      typeof version === 'number' && version > FORMAT_VERSION
        ? say('fileProblems_newer', version, FORMAT_VERSION)
        : say('fileProblems_noVersion', quoted(JSON.stringify(version) ?? '')),
  };
}

type Fields = Record<string, unknown>;

const TAKERS: Readonly<Record<RecordType, (reading: Reading, fields: Fields) => Taken>> = {
  header: () => ({ refused: 'There is one header, at the beginning.' }),
  session(reading, fields) {
    if (reading.session) return { refused: 'There is one session in a file.' };
    const row = { ...fields, sessionId: reading.ids.session(fields.sessionId) } as unknown as SessionRecord;
    reading.session = row;
    return { records: [{ kind: 'session', row }] };
  },
  document(reading, fields) {
    const documentId = reading.ids.document(fields.documentId);
    if (reading.documents.has(documentId)) return { refused: `document: ${quoted(documentId)} was there before` };
    reading.documents.add(documentId);
    const row = { ...fields, documentId, sessionId: sessionIdOf(reading) } as unknown as DocumentRecord;
    return { records: [{ kind: 'document', row }] };
  },
  connection: takeConnection,
  context(reading, { contextId: _, ...fields }) {
    const row = {
      ...fields,
      sessionId: sessionIdOf(reading),
      documentId: known(reading.documents, reading.ids.documentOrNull(fields.documentId)),
      connectionId: known(reading.connections, reading.ids.connectionOrNull(fields.connectionId)),
    } as unknown as ContextRecord;
    return { records: [{ kind: 'context', row: withTarget(reading, row) }] };
  },
  handshake(reading, fields) {
    const row = {
      ...fields,
      handshakeId: reading.ids.other(fields.handshakeId),
      sessionId: sessionIdOf(reading),
      connectionId: known(reading.connections, reading.ids.connectionOrNull(fields.connectionId)),
    } as unknown as HandshakeRecord;
    return { records: [{ kind: 'handshake', row }] };
  },
  probe(reading, fields) {
    const connectionId = known(reading.connections, reading.ids.connectionOrNull(fields.connectionId));
    if (connectionId === null) return { refused: 'probe: connectionId names no connection that came before' };
    const probeId = reading.ids.other(fields.probeId);
    const row = { ...fields, probeId, sessionId: sessionIdOf(reading), connectionId } as unknown as ProbeRecord;
    return { records: [{ kind: 'probe', row }] };
  },
  frame: takeFrame,
  end(reading) {
    reading.isEnded = true;
    return { records: [] };
  },
};

function takeConnection(reading: Reading, fields: Fields): Taken {
  const documentId = known(reading.documents, reading.ids.documentOrNull(fields.documentId));
  if (documentId === null) return { refused: 'connection: documentId names no document that came before' };
  const connectionId = reading.ids.connection(fields.connectionId, documentId, fields.connection);
  if (reading.connections.has(connectionId)) return { refused: `connection: ${quoted(connectionId)} was there before` };
  const held = heldOf(fields.held);
  if (held === null) return { refused: 'connection: held.bytes must be base64 or null' };
  const row = {
    ...fields,
    ...(held ? { held } : {}),
    connectionId,
    documentId,
    sessionId: sessionIdOf(reading),
    // Nothing will be added to it.
    tail: null,
  } as unknown as ConnectionRecord;
  reading.connections.set(connectionId, { row, nextSeq: 0 });
  return { records: [{ kind: 'connection', row }] };
}

/** undefined: there are none; null: one of them is wrong. */
function heldOf(held: unknown): readonly Fields[] | undefined | null {
  if (!Array.isArray(held)) return undefined;
  const frames: Fields[] = [];
  for (const frame of held as readonly Fields[]) {
    const bytes = typeof frame.bytes === 'string' ? fromBase64(frame.bytes) : null;
    if (typeof frame.bytes === 'string' && !bytes) return null;
    frames.push({ ...frame, bytes });
  }
  return frames;
}

function takeFrame(reading: Reading, fields: Fields): Taken {
  const connectionId = reading.ids.connectionOrNull(fields.connectionId) ?? '';
  const progress = reading.connections.get(connectionId);
  if (!progress) return { refused: 'frame: connectionId names no connection that came before' };
  const seq = fields.seq as number;
  if (seq < progress.nextSeq) return { refused: `frame: seq ${seq} must be greater than the one before it` };
  if (seq >= progress.row.nextSeq) {
    return { refused: `frame: seq ${seq} of a connection with ${progress.row.nextSeq} frames` };
  }
  const bytes = bytesIn(fields.base64);
  const content = bytesIn(fields.blobBase64);
  if (bytes === undefined || content === undefined) return { refused: 'frame: its bytes must be base64' };
  progress.nextSeq = seq + 1;
  return {
    frame: {
      connectionId,
      seq,
      atMs: fields.atMs as number,
      flags: flagsOf(fields),
      sizeBytes: fields.sizeBytes as number,
      text: (fields.text as string | undefined) ?? null,
      bytes,
      content,
    },
  };
}

function flagsOf(fields: Fields): number {
  let flags = fields.direction === 'out' ? FRAME_OUT : 0;
  if (fields.opcode === 'binary') flags |= FRAME_BINARY;
  for (const [bit, name] of FLAG_NAMES) if (fields[name] === true) flags |= bit;
  return flags;
}

/** null: there are none; undefined: they are wrong. */
function bytesIn(base64: unknown): Uint8Array<ArrayBuffer> | null | undefined {
  return typeof base64 === 'string' ? (fromBase64(base64) ?? undefined) : null;
}

/** A run names the connection that it was for. */
function withTarget({ ids }: Reading, row: ContextRecord): ContextRecord {
  const target = row.run?.target;
  if (!row.run || target?.kind !== 'connection') return row;
  return {
    ...row,
    run: { ...row.run, target: { ...target, connectionId: ids.connectionOrNull(target.connectionId) ?? '' } },
  };
}

/** Of a file that ends too early: frames that a connection had and that are not there are gaps, like any that were lost. */
function* brokenOff({ connections }: Reading): Generator<ReadRecord> {
  for (const { row, nextSeq } of connections.values()) {
    const missing = missingFrom(nextSeq, row);
    if (missing.length === 0) continue;
    const gaps = [...row.gaps, ...missing].sort((a, b) => a.firstSeq - b.firstSeq).slice(0, MAX_GAPS_PER_CONNECTION);
    const count = missing.reduce((sum, gap) => sum + gap.count, 0);
    yield { kind: 'connectionAgain', row: { ...row, gaps, framesMissed: row.framesMissed + count } };
  }
}

function missingFrom(nextSeq: number, row: ConnectionRecord): readonly GapRecord[] {
  const missing: GapRecord[] = [];
  let from = nextSeq;
  for (const { firstSeq, count } of [...row.gaps, { firstSeq: row.nextSeq, count: 0 }]) {
    if (firstSeq > from) missing.push({ firstSeq: from, count: firstSeq - from, reason: 'ended' });
    from = Math.max(from, firstSeq + count);
  }
  return missing;
}

function sessionIdOf({ session }: Reading): string {
  return session?.sessionId ?? '';
}

function known(all: { has(id: string): boolean }, id: string | null): string | null {
  return id !== null && all.has(id) ? id : null;
}

function typeOf(value: unknown): RecordType | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return null;
  const { type } = value as Fields;
  return typeof type === 'string' && type !== '__proto__' && Object.hasOwn(SHAPES, type) ? (type as RecordType) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  return text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text;
}
