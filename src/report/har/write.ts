/**
 * A recording as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/) with Chrome's `_webSocketMessages`, as Chrome's own
 * Network panel imports them. What HAR has no word for (close codes, drops, gaps) is in fields that begin with
 * `_socketscope`, and in the comment of each entry for people. Streams: one message at a time.
 */
import { describeClose } from '../../analysis/close-codes.ts';
import type { HandshakeRecord } from '../../protocol/evidence.ts';
import { FRAME_BINARY, FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { Recording } from '../../protocol/recording.ts';
import type { ConnectionRecord, DocumentRecord } from '../../protocol/records.ts';
import { toBase64 } from '../base64.ts';
import { gathered } from '../pieces.ts';
import { framesOf, type RecordedFrame } from '../recording.ts';

export interface HarCreator {
  readonly version: string;
}

export function writeHar(recording: Recording, creator: HarCreator): AsyncIterable<string> {
  return gathered(piecesOf(recording, creator));
}

async function* piecesOf(recording: Recording, { version }: HarCreator): AsyncGenerator<string> {
  const { session, documents, connections, handshakes } = recording;
  const { browser } = session.environment ?? {};
  const head = {
    version: '1.2',
    creator: { name: 'Socketscope', version },
    ...(browser ? { browser } : {}),
    ...(session.notes ? { comment: session.notes } : {}),
    _socketscope: { name: session.name, environment: session.environment ?? null, context: contextOf(recording) },
    pages: documents.map(pageOf),
  };
  yield `{"log":${JSON.stringify(head).slice(0, -1)},"entries":[`;
  const answered = new Map(
    handshakes.flatMap((one) => (one.toldBy === 'network' ? [[one.connectionId, one] as const] : [])),
  );
  let separator = '\n';
  for (const connection of connections) {
    const handshake = answered.get(connection.connectionId);
    yield `${separator}${JSON.stringify(entryOf(connection, handshake ?? null)).slice(0, -1)},"_webSocketMessages":[`;
    separator = '';
    for await (const chunk of recording.chunks(connection.connectionId)) {
      for (const frame of framesOf(chunk)) {
        yield separator + messageOf(frame);
        separator = ',\n';
      }
    }
    yield ']}';
    separator = ',\n';
  }
  yield '\n]}}\n';
}

/** Markers and drops: what explains an end later. Scenario runs are left to our own format. */
function contextOf({ context }: Recording): readonly object[] {
  return context.map(({ atMs, kind, connectionId, text, seq, durationMs, detail, url }) => ({
    at: isoOf(atMs),
    kind,
    connectionId,
    text,
    seq,
    durationMs,
    detail,
    url,
  }));
}

function pageOf({ documentId, url, openedAtMs }: DocumentRecord): object {
  return {
    startedDateTime: isoOf(openedAtMs),
    id: documentId,
    title: url,
    pageTimings: { onContentLoad: -1, onLoad: -1 },
  };
}

function entryOf(connection: ConnectionRecord, handshake: HandshakeRecord | null): object {
  const { url, createdAtMs, openedAtMs, protocols, protocol, extensions, documentId } = connection;
  const endedAtMs = endOf(connection);
  const waitMs = Math.max(0, (openedAtMs ?? endedAtMs ?? createdAtMs) - createdAtMs);
  const totalMs = Math.max(waitMs, (endedAtMs ?? connection.lastFrameAtMs ?? createdAtMs) - createdAtMs);
  const offered = protocols.length === 0 ? [] : [{ name: 'Sec-WebSocket-Protocol', value: protocols.join(', ') }];
  const status = handshake?.status ?? (openedAtMs === null ? 0 : 101);
  return {
    _resourceType: 'websocket',
    pageref: documentId,
    startedDateTime: isoOf(createdAtMs),
    time: rounded(totalMs),
    request: {
      method: 'GET',
      url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [{ name: 'Upgrade', value: 'websocket' }, { name: 'Connection', value: 'Upgrade' }, ...offered],
      queryString: queryOf(url),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: status === 101 ? 'Switching Protocols' : '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [
        ...(handshake?.headers ?? []).map(([name, value]) => ({ name, value })),
        ...(protocol ? [{ name: 'Sec-WebSocket-Protocol', value: protocol }] : []),
        ...(extensions ? [{ name: 'Sec-WebSocket-Extensions', value: extensions }] : []),
      ],
      content: { size: 0, mimeType: 'x-unknown' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      ...(handshake?.networkError ? { _error: handshake.networkError } : {}),
    },
    cache: {},
    timings: {
      blocked: -1,
      dns: -1,
      connect: -1,
      ssl: -1,
      send: 0,
      wait: rounded(waitMs),
      receive: rounded(totalMs - waitMs),
    },
    comment: commentOf(connection, endedAtMs),
    _socketscope: extraOf(connection),
  };
}

/** What else is known of the connection; the reader takes it back. */
function extraOf(connection: ConnectionRecord): object {
  const { connectionId, seenBy, openedAtMs, erroredAtMs, closeRequested, close, endSeenAtMs } = connection;
  const { droppedAtMs, refusedAtMs, goneAtMs, gaps, framesMissed, framesIn, framesOut, bytesIn, bytesOut } = connection;
  return {
    connectionId,
    seenBy,
    openedAtMs,
    erroredAtMs,
    closeRequested,
    close,
    endSeenAtMs,
    droppedAtMs,
    refusedAtMs,
    goneAtMs,
    gaps,
    framesMissed,
    framesIn,
    framesOut,
    bytesIn,
    bytesOut,
  };
}

/** As Chrome writes it: seconds since the epoch, base64 for what is binary. What was not kept is ''. */
function messageOf({ seq, atMs, flags, sizeBytes, text, bytes, content }: RecordedFrame): string {
  const isBinary = (flags & FRAME_BINARY) !== 0;
  const kept = content ?? bytes;
  const data = isBinary ? (kept ? toBase64(kept) : '') : (text ?? '');
  const type = flags & FRAME_OUT ? 'send' : 'receive';
  return `{"type":"${type}","time":${atMs / 1000},"opcode":${isBinary ? 2 : 1},"data":${JSON.stringify(data)},"_socketscope":{"seq":${seq},"flags":${flags},"sizeBytes":${sizeBytes}}}`;
}

function commentOf(
  { close, endSeenAtMs, createdAtMs, openedAtMs, goneAtMs }: ConnectionRecord,
  endedAtMs: number | null,
): string {
  const lasted = `${(((endedAtMs ?? createdAtMs) - createdAtMs) / 1000).toFixed(3)} s after its beginning`;
  if (close) {
    const { name } = describeClose(close.code);
    const how = [close.wasClean ? 'clean' : 'not clean', ...(close.simulated ? ['simulated'] : [])].join(', ');
    const reason = close.reason === '' ? '' : `, reason: ${close.reason}`;
    return `Closed with ${close.code} (${name}), ${how}, ${lasted}${openedAtMs === null ? ', never open' : ''}${reason}`;
  }
  if (endSeenAtMs !== null) return `Ended ${lasted}; the close code is not known.`;
  return goneAtMs === null ? 'Open when the recording ended.' : `Its page went away ${lasted}.`;
}

function endOf({ close, endSeenAtMs, goneAtMs }: ConnectionRecord): number | null {
  return close?.atMs ?? endSeenAtMs ?? goneAtMs;
}

function queryOf(url: string): readonly object[] {
  const query = /\?([^#]*)/.exec(url)?.[1];
  if (query === undefined) return [];
  return [...new URLSearchParams(query)].map(([name, value]) => ({ name, value }));
}

/** To microseconds: differences of epoch times are no more exact than that. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Times beyond what a Date can hold are forgeries. */
function isoOf(atMs: number): string {
  return new Date(Math.min(Math.max(atMs, 0), 8.64e15)).toISOString();
}
