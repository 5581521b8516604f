/** Rows for tests, as they are when a test does not care: connections, what was read of them, and second sources. */
import { type ConnectionActs, type HandshakeRecord, NO_ACTS, type ProbeRecord } from '../protocol/evidence.ts';
import {
  type CloseRecord,
  type ConnectionRecord,
  type ContextRecord,
  type DocumentRecord,
  UNTOUCHED,
} from '../protocol/records.ts';
import type { Digest, FrameFacts, HeartbeatFacts } from './digest/digest.ts';
import type { SessionFacts } from './findings/session-facts.ts';

let nextConnection = 0;

export function connectionOf(fields: Partial<ConnectionRecord>): ConnectionRecord {
  const number = nextConnection++;
  return {
    connectionId: `doc/${number}`,
    sessionId: 'session',
    documentId: 'doc',
    connection: number,
    url: 'ws://127.0.0.1/live',
    createdAtMs: 0,
    ...UNTOUCHED,
    ...fields,
  };
}

export function closeOf(atMs: number, code: number, reason = ''): CloseRecord {
  return { atMs, code, reason, wasClean: code !== 1006, simulated: false };
}

/** A connection that opened 20 ms after it was made, and ended with a code at `endAtMs`. */
export function endedConnection(
  createdAtMs: number,
  endAtMs: number,
  code: number,
  fields: Partial<ConnectionRecord> = {},
): ConnectionRecord {
  return connectionOf({ createdAtMs, openedAtMs: createdAtMs + 20, close: closeOf(endAtMs, code), ...fields });
}

/** A connection whose handshake failed. */
export function failedConnection(
  createdAtMs: number,
  endAtMs: number,
  fields: Partial<ConnectionRecord> = {},
): ConnectionRecord {
  return connectionOf({ createdAtMs, erroredAtMs: endAtMs, close: closeOf(endAtMs, 1006), ...fields });
}

export function actsOf(fields: Partial<ConnectionActs>): ConnectionActs {
  return { ...NO_ACTS, ...fields };
}

/** A conversation in which nothing was said. */
export function digestOf(connectionId: string, fields: Partial<Digest> = {}): Digest {
  return {
    connectionId,
    protocol: null,
    heartbeat: null,
    firstInAtMs: null,
    lastInAtMs: null,
    lastOutAtMs: null,
    longestSilence: null,
    survived: { eitherMs: 0, inMs: 0, outMs: 0 },
    lastFrames: [],
    largestIn: null,
    largestOut: null,
    latency: null,
    numbering: null,
    token: null,
    peakFramesPerSecond: 0,
    farewell: null,
    discardedSends: 0,
    firstDiscardedSeq: null,
    validation: null,
    ...fields,
  };
}

/** An answered heartbeat of the page's, every 10 s like a clock. */
export function heartbeatOf(fields: Partial<HeartbeatFacts> = {}): HeartbeatFacts {
  return {
    by: 'page',
    known: 'learned',
    periodMs: 10_000,
    spread: 0.01,
    longestGapMs: 10_050,
    longestGapAtMs: 0,
    beats: 8,
    answers: 8,
    unanswered: 0,
    isAnswered: true,
    roundTrip: null,
    announced: null,
    onlyWhenIdle: false,
    lastBeatAtMs: 0,
    seqs: [1, 3],
    ...fields,
  };
}

export function frameOf(fields: Partial<FrameFacts> = {}): FrameFacts {
  return { seq: 0, atMs: 0, isOut: true, sizeBytes: 20, shape: 'text say', isHeartbeat: false, ...fields };
}

export function handshakeOf(connectionId: string, fields: Partial<HandshakeRecord> = {}): HandshakeRecord {
  return {
    handshakeId: `handshake of ${connectionId}`,
    sessionId: 'session',
    connectionId,
    url: 'ws://127.0.0.1/live',
    startedAtMs: 0,
    endedAtMs: 0,
    outcome: 'opened',
    status: 101,
    headers: [],
    networkError: null,
    toldBy: 'network',
    ...fields,
  };
}

export function probeOf(connectionId: string, fields: Partial<ProbeRecord> = {}): ProbeRecord {
  return {
    probeId: `probe of ${connectionId}`,
    sessionId: 'session',
    connectionId,
    url: 'http://127.0.0.1/live',
    askedAtMs: 0,
    answeredAtMs: 0,
    status: null,
    headers: [],
    networkError: null,
    isAutomatic: false,
    ...fields,
  };
}

export function contextOf(
  kind: ContextRecord['kind'],
  atMs: number,
  fields: Partial<ContextRecord> = {},
): ContextRecord {
  return {
    contextId: Math.round(atMs),
    sessionId: 'session',
    documentId: 'doc',
    connectionId: null,
    atMs,
    kind,
    ...fields,
  };
}

export function documentOf(fields: Partial<DocumentRecord> = {}): DocumentRecord {
  return {
    documentId: 'doc',
    sessionId: 'session',
    tabId: 1,
    frameId: 0,
    url: 'http://127.0.0.1/',
    timeOriginMs: 0,
    openedAtMs: 0,
    goneAtMs: null,
    committedBatch: 0,
    rejected: 0,
    payloadsLeftOut: 0,
    ...fields,
  };
}

/** A session of one document. Without `digests`, conversations have not been read. */
export function factsOf(
  connections: readonly ConnectionRecord[],
  fields: Partial<Omit<SessionFacts, 'connections' | 'digests'>> & { readonly digests?: readonly Digest[] } = {},
): SessionFacts {
  const { digests = [], ...rest } = fields;
  return {
    connections,
    documents: [documentOf()],
    context: [],
    handshakes: [],
    probes: [],
    untilMs: 600_000,
    ...rest,
    digests: new Map(digests.map((digest) => [digest.connectionId, digest])),
  };
}
