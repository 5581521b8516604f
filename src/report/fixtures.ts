/**
 * Recordings for tests: one that has everything that a recording can have, and a way to build others from frames as they
 * read.
 */
import { NO_ACTS } from '../protocol/evidence.ts';
import {
  FRAME_BINARY,
  FRAME_BLOB,
  FRAME_DELAYED,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
  utf8Bytes,
} from '../protocol/frame-columns.ts';
import type { RecordedChunk, Recording } from '../protocol/recording.ts';
import {
  type ConnectionRecord,
  type ContextRecord,
  type DocumentRecord,
  type SessionRecord,
  UNTOUCHED,
} from '../protocol/records.ts';
import { createChunkBuilder } from './chunk-builder.ts';
import { framesOf, type RecordedFrame, recordingInMemory } from './recording.ts';

export const START_MS = Date.UTC(2026, 2, 1, 9, 0, 0);

export interface FrameFixture {
  readonly text?: string;
  readonly bytes?: readonly number[] | Uint8Array<ArrayBuffer>;
  readonly content?: Uint8Array<ArrayBuffer>;
  readonly flags?: number;
  readonly seq?: number;
  readonly atMs?: number;
  readonly sizeBytes?: number;
  /** Nothing of it was kept. */
  readonly isBare?: boolean;
}

export function documentFixture(fields: Partial<DocumentRecord> = {}): DocumentRecord {
  return {
    documentId: 'doc',
    sessionId: 'session',
    tabId: 7,
    frameId: 0,
    url: 'https://app.example/board',
    timeOriginMs: START_MS - 50.125,
    openedAtMs: START_MS,
    goneAtMs: null,
    committedBatch: 3,
    rejected: 0,
    payloadsLeftOut: 0,
    ...fields,
  };
}

export function connectionFixture(fields: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const { documentId = 'doc', connection = 0 } = fields;
  return {
    ...UNTOUCHED,
    connectionId: `${documentId}/${connection}`,
    sessionId: 'session',
    documentId,
    connection,
    url: 'wss://app.example/live',
    createdAtMs: START_MS + 10,
    ...fields,
  };
}

export function sessionFixture(fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sessionId: 'session',
    tabId: 7,
    kind: 'named',
    name: 'Checkout loses its socket',
    startedAtMs: START_MS,
    endedAtMs: START_MS + 60_000,
    pinned: false,
    storedBytes: 4_096,
    ...fields,
  };
}

/** Chunks of one connection. Seqs follow each other unless they are given; sizes are those of the content. */
export function chunksOf(connectionId: string, frames: readonly FrameFixture[]): readonly RecordedChunk[] {
  const builder = createChunkBuilder();
  const chunks: RecordedChunk[] = [];
  let nextSeq = 0;
  for (const fixture of frames) {
    const frame = frameOf(connectionId, fixture, nextSeq);
    nextSeq = frame.seq + 1;
    const chunk = builder.add(frame);
    if (chunk) chunks.push(chunk);
  }
  const last = builder.end();
  return last ? [...chunks, last] : chunks;
}

function frameOf(connectionId: string, fixture: FrameFixture, nextSeq: number): RecordedFrame {
  const { text, bytes, content, isBare = false, seq = nextSeq } = fixture;
  const isBinary = bytes !== undefined || content !== undefined;
  const flags = (fixture.flags ?? 0) | (isBinary ? FRAME_BINARY : 0) | (content ? FRAME_BLOB : 0);
  const kept = bytes === undefined ? new Uint8Array() : Uint8Array.from(bytes);
  return {
    connectionId,
    seq,
    atMs: fixture.atMs ?? START_MS + 100 + seq,
    flags,
    sizeBytes: fixture.sizeBytes ?? (isBinary ? (content?.length ?? kept.length) : utf8Bytes(text ?? '')),
    text: isBare || isBinary ? null : (text ?? ''),
    bytes: isBare || !isBinary ? null : kept,
    content: content ?? null,
  };
}

/** Every frame of a recording, in order, for comparisons. */
export async function allFrames(recording: Recording): Promise<readonly RecordedFrame[]> {
  const frames: RecordedFrame[] = [];
  for (const { connectionId } of recording.connections) {
    for await (const chunk of recording.chunks(connectionId)) frames.push(...framesOf(chunk));
  }
  return frames;
}

export async function textOfStream(pieces: AsyncIterable<string | Uint8Array>): Promise<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for await (const piece of pieces) text += typeof piece === 'string' ? piece : utf8.decode(piece, { stream: true });
  return text + utf8.decode();
}

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'\`&\u2028`;
const EVERY_FLAG = [
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_DISCARDED | FRAME_OUT,
  FRAME_LOST,
  FRAME_DELAYED,
  FRAME_TRUNCATED,
];

/** Everything that a recording can have: all flags, gaps, faults, held frames, markers, second sources, odd Unicode. */
export function fullRecording(): Recording {
  const busy = connectionFixture({
    protocols: ['graphql-transport-ws', 'chat.v2'],
    protocol: 'graphql-transport-ws',
    extensions: 'permessage-deflate; client_max_window_bits=15',
    openedAtMs: START_MS + 52.7,
    erroredAtMs: START_MS + 30_000,
    closeRequested: { atMs: START_MS + 29_000, code: 4001, reason: 'bye 👋' },
    close: { atMs: START_MS + 30_000.001, code: 1006, reason: '', wasClean: false, simulated: true },
    droppedAtMs: START_MS + 29_999,
    refusedAtMs: START_MS + 31_000,
    faults: [
      {
        fault: 'run.1.0',
        effect: 'delay',
        silences: null,
        startedAtMs: START_MS + 200,
        firedAtMs: START_MS + 201,
        endedAtMs: START_MS + 400,
        cause: 'done',
        count: 2,
        lost: 1,
        delayed: 3,
        changed: 0,
        added: 1,
      },
    ],
    held: [
      {
        heldId: 1,
        fault: 'run.1.1',
        atMs: START_MS + 300,
        direction: 'out',
        text: 'wait\ud800',
        bytes: null,
        sizeBytes: 7,
      },
      {
        heldId: 2,
        fault: 'run.1.1',
        atMs: START_MS + 301,
        direction: 'in',
        text: null,
        bytes: Uint8Array.of(0, 255, 128),
        sizeBytes: 3,
      },
    ],
    acts: {
      ...NO_ACTS,
      constructedAt: 'Error\n    at connect (https://app.example/app.js:10:4)',
      sendsThrown: 2,
      firstThrownAtMs: START_MS + 20,
      handlerErrors: 1,
      firstHandlerErrorAtMs: START_MS + 210,
      firstHandlerErrorSeq: 4,
      handlerErrorText: HOSTILE,
      buffered: [[START_MS + 100, 1_000_000]],
    },
    framesIn: 12,
    framesOut: 6,
    bytesIn: 2 ** 40,
    bytesOut: 99,
    gaps: [{ firstSeq: 20, count: 5, reason: 'overflow' }],
    framesMissed: 5,
    lastFrameAtMs: START_MS + 129,
    nextSeq: 30,
    tail: { firstSeq: 25, count: 5, payloadBytes: 10 },
  });
  const failed = connectionFixture({
    connection: 1,
    url: 'wss://app.example/live?try=2',
    createdAtMs: START_MS + 31_000,
    erroredAtMs: START_MS + 31_020,
    close: { atMs: START_MS + 31_021, code: 1006, reason: '', wasClean: false, simulated: false },
  });
  const outside = connectionFixture({
    documentId: 'doc2',
    connection: 1_000_000,
    url: 'ws://127.0.0.1:9/worker',
    seenBy: 'devtools',
    createdAtMs: START_MS + 40_000,
    endSeenAtMs: START_MS + 41_000,
    goneAtMs: START_MS + 42_000,
    nextSeq: 1,
    framesIn: 1,
  });
  const frames: FrameFixture[] = [
    { text: '{"type":"hello","n":123456789012345678901234567890,"price":0.1}' },
    { text: '' },
    { bytes: [] },
    { bytes: [0, 1, 2, 253, 254, 255] },
    { text: HOSTILE },
    { text: 'lone \ud83d and \udc00, whole 👩‍👩‍👧, \u0000\u0001\u007f\ufeff\ufffe, ش, \r\n\t\\"' },
    { text: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}' },
    { text: '=HYPERLINK("http://evil.example","x")', atMs: START_MS + 105.123456789 },
    ...EVERY_FLAG.map((flags) => ({ text: `flags ${flags}`, flags })),
    { content: Uint8Array.from({ length: 300 }, (_, i) => i & 255) },
    { bytes: [1], flags: FRAME_BLOB | FRAME_TRUNCATED, sizeBytes: 5_000_000_000 },
    ...Array.from({ length: 4 }, (_, i) => ({ text: `tick ${i}`, flags: i % 2 })),
    // The gap; after it, nothing of payloads was kept.
    ...Array.from({ length: 5 }, (_, i) => ({ seq: 25 + i, isBare: true, sizeBytes: 1000 + i, flags: i % 2 })),
  ];
  return recordingInMemory(
    {
      session: sessionFixture({
        tabIds: [7, 2 ** 33],
        notes: `Seen on staging.\n${HOSTILE}`,
        pinned: true,
        environment: {
          browser: { name: 'Firefox', version: '153.0' },
          os: 'Linux',
          extensionVersion: '0.1.0',
          pageUrl: 'https://app.example/board',
          viewport: { widthPx: 1280, heightPx: 720, pixelRatio: 1.5 },
          networkType: null,
          language: 'tr-TR',
        },
        summary: {
          atMs: START_MS + 61_000,
          connections: 3,
          frames: 26,
          closes: 2,
          abnormal: 1,
          findings: { problem: 1, warning: 2, note: 3 },
          verdicts: { passed: 10, failed: 2 },
        },
      }),
      documents: [
        documentFixture(),
        documentFixture({
          documentId: 'doc2',
          frameId: 4_294_967_297,
          goneAtMs: START_MS + 42_000,
          url: 'about:blank',
        }),
      ],
      connections: [busy, failed, outside],
      context: contextFixture(),
      handshakes: [
        {
          handshakeId: 'h1',
          sessionId: 'session',
          connectionId: failed.connectionId,
          url: failed.url,
          startedAtMs: START_MS + 31_001,
          endedAtMs: START_MS + 31_015,
          outcome: 'answered',
          status: 502,
          headers: [
            ['server', 'nginx/1.27'],
            ['via', '1.1 proxy'],
          ],
          networkError: null,
          toldBy: 'network',
        },
        {
          handshakeId: 'h2',
          sessionId: 'session',
          connectionId: null,
          url: 'ws://127.0.0.1:9/worker',
          startedAtMs: START_MS + 40_001,
          endedAtMs: null,
          outcome: 'failed',
          status: null,
          headers: [],
          networkError: 'net::ERR_CONNECTION_REFUSED',
          toldBy: 'devtools',
          refusedByUs: true,
        },
      ],
      probes: [
        {
          probeId: 'p1',
          sessionId: 'session',
          connectionId: failed.connectionId,
          url: 'https://app.example/live?try=2',
          askedAtMs: START_MS + 32_000,
          answeredAtMs: START_MS + 32_100,
          status: 426,
          headers: [['server', 'nginx/1.27']],
          networkError: null,
          isAutomatic: true,
        },
      ],
    },
    new Map([
      [busy.connectionId, chunksOf(busy.connectionId, frames)],
      [outside.connectionId, chunksOf(outside.connectionId, [{ text: 'from a worker' }])],
    ]),
  );
}

function contextFixture(): readonly ContextRecord[] {
  const base = { sessionId: 'session', documentId: 'doc', connectionId: null };
  const run = {
    runId: 'run',
    name: 'Wi-Fi lost',
    target: { kind: 'connection', connectionId: 'doc/0' },
    targetUrl: 'wss://app.example/live',
    startedAtMs: START_MS + 190,
    state: 'playing',
    endedAtMs: null,
    round: 1,
    rounds: 2,
    roundEndsAtMs: START_MS + 10_000,
    mustReopenWithinMs: 5_000,
    refused: 3,
    results: [{ startedAtMs: 1, clearAtMs: 2, lost: 1, reopenedAtMs: null, isInTime: false }],
  } as const;
  return [
    { ...base, contextId: 1, atMs: START_MS + 150, kind: 'hidden' },
    { ...base, contextId: 2, atMs: START_MS + 190, kind: 'faultStarted', run, scenario: { steps: [{ atMs: 0 }] } },
    {
      ...base,
      contextId: 3,
      atMs: START_MS + 400,
      kind: 'faultEnded',
      run: { ...run, state: 'finished', endedAtMs: 9 },
    },
    {
      ...base,
      contextId: 4,
      connectionId: 'doc/0',
      atMs: START_MS + 500,
      kind: 'marker',
      text: `here it broke ${HOSTILE}`,
      seq: 4,
    },
    { ...base, contextId: 5, atMs: START_MS + 600, kind: 'woke', durationMs: 12_345.5, leftOut: 2 },
    { ...base, contextId: 6, atMs: START_MS + 700, kind: 'blocked', detail: 'connect-src', url: 'wss://evil.example/' },
    { ...base, contextId: 7, documentId: null, connectionId: 'doc/0', atMs: START_MS + 29_999, kind: 'dropped' },
  ];
}
