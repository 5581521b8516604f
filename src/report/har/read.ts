/**
 * Reads a HAR as a recording: that of Chrome and Edge (frames as `_webSocketMessages`), of Firefox (handshakes, and frames where it
 * has them), and our own with all that we know besides. Believes nothing; what is wrong is left out and told with the number
 * of its entry. Holds the frames of one connection at a time.
 */

import type { RecordedChunk } from '../../protocol/recording.ts';
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../../protocol/records.ts';
import { counted as countedWords, text as say } from '../../words/words.ts';
import { FRAME_COLUMN_BYTES, MAX_ROW_CHARS, type ReadBounds, TOO_MANY_ROWS, tooManyBytes } from '../ndjson/format.ts';
import { type FileProblem, MAX_REFUSALS, type ReadOptions, type ReadRecord } from '../read-record.ts';
import { connectionOf, type HarEntry, handshakeOf, isWebSocket, pageOf } from './entries.ts';
import { createJsonSplitter, type JsonPart } from './json-splitter.ts';
import { createMessageReader, type ReadMessages } from './messages.ts';

export interface HarReadOptions extends ReadOptions {
  /** What the session will be called: the file's name. */
  readonly name: string;
  readonly nowMs: number;
}

const SPLITS = new Set(['log.pages', 'log.entries', 'log.entries.*._webSocketMessages']);
const MAX_PART_CHARS = 64 * 1024 * 1024;

/** Where nothing was found, though it is a HAR. */
const NOTHING_IN = { log: 'fileProblems_noEntries', entries: 'fileProblems_noSockets' } as const;

interface Reading {
  readonly options: HarReadOptions;
  readonly newId: () => string;
  session: SessionRecord | null;
  /** By the id of the page in the file. */
  readonly documents: Map<string, DocumentRecord>;
  /** Connections of each document so far. */
  readonly counts: Map<string, number>;
  lastMs: number;
  entries: number;
  /** Of entries that are connections, and of pages: what they tell is held in memory. */
  rowChars: number;
  frameBytes: number;
  messages: ReadMessages;
}

export async function* readHar(
  pieces: AsyncIterable<string | Uint8Array>,
  options: HarReadOptions,
  { maxRowChars = MAX_ROW_CHARS, maxFrameBytes = Number.POSITIVE_INFINITY }: ReadBounds = {},
): AsyncGenerator<ReadRecord, void> {
  const splitter = createJsonSplitter(SPLITS, MAX_PART_CHARS);
  const utf8 = new TextDecoder();
  let next = 0;
  const reading: Reading = {
    options,
    newId: options.newId ?? (() => `har-${next++}`),
    session: null,
    documents: new Map(),
    counts: new Map(),
    lastMs: 0,
    entries: 0,
    rowChars: 0,
    frameBytes: 0,
    messages: createMessageReader(),
  };
  let refused = 0;
  /** Whether there is a list of entries, be it empty. */
  let isLog = false;

  function* taken(parts: readonly JsonPart[]): Generator<ReadRecord> {
    for (const part of parts) {
      isLog ||= part.path.startsWith('log.entries') || (part.path === '' && hasEntries(parsed(part.text)));
      for (const record of recordsOf(reading, part)) {
        if (record.kind !== 'refused' || ++refused <= MAX_REFUSALS) yield record;
      }
    }
  }

  function boundReached(): string | null {
    if (reading.rowChars > maxRowChars) return TOO_MANY_ROWS;
    return reading.frameBytes > maxFrameBytes ? tooManyBytes(maxFrameBytes) : null;
  }

  for await (const piece of pieces) {
    yield* taken(splitter.take(typeof piece === 'string' ? piece : utf8.decode(piece, { stream: true })));
    if (boundReached() !== null) break;
  }
  const tooMuch = boundReached();
  const { parts, isComplete } = splitter.end();
  if (tooMuch === null) yield* taken(parts);
  if (reading.session) yield { kind: 'sessionAgain', row: { ...reading.session, endedAtMs: reading.lastMs } };
  const failed: FileProblem | null = tooMuch
    ? { line: reading.entries, unit: 'entry', text: tooMuch }
    : reading.session
      ? null
      : {
          line: null,
          text: say(!isLog ? 'fileProblems_noHar' : NOTHING_IN[reading.entries === 0 ? 'log' : 'entries']),
        };
  yield { kind: 'end', failed, isComplete: isComplete && !failed, refused };
}

function* recordsOf(reading: Reading, { path, text }: JsonPart): Generator<ReadRecord> {
  if (path === 'log.entries.*._webSocketMessages.*') {
    reading.messages.add(text);
  } else if (path === 'log.pages.*') {
    const page = pageOf(parsed(text));
    reading.rowChars += text?.length ?? 0;
    if (page) reading.documents.set(page.id, documentOf(reading, page));
  } else if (path === 'log.entries.*') {
    const messages = reading.messages;
    reading.messages = createMessageReader();
    reading.entries++;
    yield* entryRecords(reading, text, messages);
  }
}

function* entryRecords(reading: Reading, text: string | null, messages: ReadMessages): Generator<ReadRecord> {
  const place = { line: reading.entries, unit: 'entry' } as const;
  const value = parsed(text);
  if (value === undefined) {
    yield { kind: 'refused', problem: { ...place, text: say('fileProblems_entryNoJson') } };
    return;
  }
  if (!isWebSocket(value)) return;
  reading.rowChars += text?.length ?? 0;
  const entry = connectionOf(value);
  if (typeof entry === 'string') {
    yield { kind: 'refused', problem: { ...place, text: entry } };
    return;
  }
  if (!reading.session) {
    reading.session = sessionOf(reading, entry);
    yield { kind: 'session', row: reading.session };
  }
  const { document, isNew } = documentFor(reading, entry);
  if (isNew) yield { kind: 'document', row: { ...document, sessionId: reading.session.sessionId } };
  const number = reading.counts.get(document.documentId) ?? 0;
  reading.counts.set(document.documentId, number + 1);
  const connection = {
    ...entry.fields,
    connectionId: `${document.documentId}/${number}`,
    connection: number,
    documentId: document.documentId,
    sessionId: reading.session.sessionId,
  };
  const { chunks, counted, refused } = messages.chunksOf(connection);
  const row: ConnectionRecord = { ...connection, ...counted };
  yield { kind: 'connection', row };
  const handshake = handshakeOf(value, row, messages.error());
  yield { kind: 'handshake', row: { ...handshake, handshakeId: reading.newId() } };
  for (const chunk of chunks) {
    reading.frameBytes += bytesOf(chunk);
    yield { kind: 'chunk', row: chunk };
  }
  if (refused > 0) {
    yield { kind: 'refused', problem: { ...place, text: countedWords('fileProblems_messages', refused) } };
  }
  reading.lastMs = Math.max(
    reading.lastMs,
    row.createdAtMs,
    row.endSeenAtMs ?? 0,
    row.close?.atMs ?? 0,
    row.lastFrameAtMs ?? 0,
  );
}

function bytesOf({ chunk, payload }: RecordedChunk): number {
  return chunk.count * FRAME_COLUMN_BYTES + (payload ? payload.text.length + payload.bytes.length : 0);
}

function sessionOf({ options, newId }: Reading, { fields }: HarEntry): SessionRecord {
  return {
    sessionId: newId(),
    tabId: 0,
    kind: 'imported',
    name: options.name,
    startedAtMs: fields.createdAtMs,
    endedAtMs: options.nowMs,
    pinned: false,
    storedBytes: 0,
  };
}

/** Of the page that the entry names; one for all entries that name none. */
function documentFor(reading: Reading, { pageref, fields }: HarEntry): { document: DocumentRecord; isNew: boolean } {
  const known = reading.documents.get(pageref);
  const page = { id: pageref, title: 'about:blank', startedAtMs: fields.createdAtMs };
  const document = known ?? documentOf(reading, page);
  reading.documents.set(pageref, document);
  return { document, isNew: !reading.counts.has(document.documentId) };
}

function documentOf(
  { newId }: Reading,
  { title, startedAtMs }: { readonly title: string; readonly startedAtMs: number },
): DocumentRecord {
  return {
    documentId: newId(),
    sessionId: '',
    tabId: 0,
    frameId: 0,
    url: title,
    timeOriginMs: startedAtMs,
    openedAtMs: startedAtMs,
    goneAtMs: null,
    committedBatch: 0,
    rejected: 0,
    payloadsLeftOut: 0,
  };
}

function hasEntries(rest: unknown): boolean {
  const { log } = (rest ?? {}) as { readonly log?: { readonly entries?: unknown } | null };
  return Array.isArray(log?.entries);
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
