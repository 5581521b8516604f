/**
 * Reads a session and says what was found in it: digests the frames of each connection, only those that have come since
 * it looked last, and runs the rules. Knows neither worker nor database. Never throws: what goes wrong is told.
 */
import type { Digest } from '../../analysis/digest/digest.ts';
import type { Finding } from '../../analysis/findings/finding.ts';
import type { SessionFacts } from '../../analysis/findings/session-facts.ts';
import { createLeaving } from '../../analysis/leaving.ts';
import type { StatisticsSession } from '../../analysis/statistics/samples.ts';
import type { Statistics } from '../../analysis/statistics/statistics.ts';
import { FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ConnectionRecord, PayloadRecord, SessionRecord } from '../../protocol/records.ts';
import { connectionsSince } from '../models/pages.ts';
import type { AnalysisNews, AnalysisRequest, AnalysisResult, AnalystMessage, CountNews } from './messages.ts';

/** Rows of one session, without frames. */
export type SessionRows = Omit<SessionFacts, 'digests' | 'untilMs'>;

/** Where the analyst reads; `store-facts.ts` reads the database. Each may reject. */
export interface FactsSource {
  /** Null when there is none of this id (yet). */
  rows(sessionId: string): Promise<SessionRows | null>;
  /** All that are stored, the latest first. */
  sessions(): Promise<readonly SessionRecord[]>;
  chunks(connectionId: string, fromSeq: number, toSeq: number): Promise<readonly ChunkRecord[]>;
  payload(connectionId: string, firstSeq: number): Promise<PayloadRecord | null>;
}

/** Reads one conversation, in the order of its frames. */
export interface ConversationReader {
  /** Frames with seq >= fromSeq are new; the payload may be of more frames than the chunk. */
  add(chunk: ChunkRecord, payload: PayloadRecord | null, fromSeq: number): void;
  digest(record: ConnectionRecord, untilMs: number): Digest;
}

/** What analysing is made of; `methods.ts` has the real ones. */
export interface Methods {
  /** Gives what makes a reader of one connection. Rejects, with words for the user, when the schema is none. */
  readers(schema: string | null): Promise<(record: ConnectionRecord) => ConversationReader>;
  /** Yields after each rule. What hurts most comes first. */
  findings(facts: SessionFacts): Iterator<unknown, readonly Finding[]>;
  statistics(sessions: readonly StatisticsSession[]): Statistics;
}

export interface AnalystOptions {
  readonly source: FactsSource;
  readonly methods: Methods;
  post(news: AnalysisNews | CountNews): void;
  /** Milliseconds of any clock that does not jump. */
  nowMs(): number;
  /** Lets messages in. */
  yieldToOthers(): Promise<void>;
}

export interface Analyst {
  /** Resolves when what it was asked for is done, given up, or replaced by a later request. Never rejects. */
  take(message: AnalystMessage): Promise<void>;
}

/** Frames per read: some hundred kilobytes of payload as they commonly are. */
const STEP_FRAMES = 2_048;
/** News of progress are this far apart. */
const PROGRESS_MS = 100;
/** Between rules, messages are listened to this often. */
const LISTEN_MS = 50;

interface Reading {
  readonly reader: ConversationReader;
  readTo: number;
  truncated: number;
  isBroken: boolean;
}

export function createAnalyst({ source, methods, post, nowMs, yieldToOthers }: AnalystOptions): Analyst {
  /** Of the session and the schema that were asked for last. */
  let readings = new Map<string, Reading>();
  let readingsOf = '';
  let readers: Promise<(record: ConnectionRecord) => ConversationReader> | null = null;
  let schemaProblem: string | null = null;
  let current: AnalysisRequest | null = null;
  let work: Promise<void> = Promise.resolve();

  /** What makes readers for the request: anew for another session or another schema. */
  function prepare({ sessionId, schema }: AnalysisRequest): Promise<(record: ConnectionRecord) => ConversationReader> {
    const key = JSON.stringify([sessionId, schema]);
    if (readers && key === readingsOf) return readers;
    readingsOf = key;
    readings = new Map();
    schemaProblem = null;
    readers = methods.readers(schema).catch((error: unknown) => {
      if (key === readingsOf) schemaProblem = messageOf(error);
      return methods.readers(null);
    });
    return readers;
  }

  /** Null: it was given up. */
  async function analyse(request: AnalysisRequest): Promise<AnalysisResult | null> {
    const startedMs = nowMs();
    const isGivenUp = () => current !== request;
    const readerOf = await prepare(request);
    const rows = await source.rows(request.sessionId);
    if (isGivenUp()) return null;
    const { documents, context, handshakes, probes } = rows ?? NO_ROWS;
    const connections = connectionsOf(rows ?? NO_ROWS, request);
    const known = new Set(connections.map(({ connectionId }) => connectionId));
    for (const connectionId of readings.keys()) if (!known.has(connectionId)) readings.delete(connectionId);

    const digests = new Map<string, Digest>();
    const unread: string[] = [];
    const progress = createProgress(connections);
    for (const record of connections) {
      if (!(await readFrames(record, readerOf, progress, isGivenUp))) return null;
      const digest = digestOf(record, request.untilMs);
      if (digest === null) unread.push(record.connectionId);
      else digests.set(record.connectionId, digest);
    }
    const { untilMs } = request;
    const facts = { connections, documents, context, handshakes, probes, digests, untilMs };
    const findings = await findingsOf(methods.findings(facts), isGivenUp);
    if (!findings) return null;
    return {
      findings,
      statistics: methods.statistics([
        { session: { ...NAMELESS, sessionId: request.sessionId }, facts, browser: null },
      ]),
      conversations: [...digests.values()].map(({ connectionId, protocol, heartbeat, latency, validation }) => ({
        connectionId,
        protocol,
        heartbeat,
        latency,
        validation,
      })),
      context,
      handshakes,
      probes,
      unread,
      truncatedFrames: [...readings.values()].reduce((sum, { truncated }) => sum + truncated, 0),
      schemaProblem,
      tookMs: nowMs() - startedMs,
    };
  }

  /** Rule by rule, so that a message can come in between. Null: it was given up. */
  async function findingsOf(
    steps: ReturnType<Methods['findings']>,
    isGivenUp: () => boolean,
  ): Promise<readonly Finding[] | null> {
    let listenedMs = nowMs();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (nowMs() - listenedMs < LISTEN_MS) continue;
      await yieldToOthers();
      if (isGivenUp()) return null;
      listenedMs = nowMs();
    }
  }

  function createProgress(connections: readonly ConnectionRecord[]): (frames: number) => void {
    const unreadOf = ({ connectionId, nextSeq }: ConnectionRecord) =>
      Math.max(0, nextSeq - (readings.get(connectionId)?.readTo ?? 0));
    const totalFrames = connections.reduce((sum, record) => sum + unreadOf(record), 0);
    const runId = current?.runId ?? 0;
    let readFrames = 0;
    let toldMs = nowMs();
    return (frames) => {
      readFrames += frames;
      if (nowMs() - toldMs < PROGRESS_MS) return;
      toldMs = nowMs();
      post({ kind: 'progress', runId, readFrames, totalFrames });
    };
  }

  /** False: it was given up. */
  async function readFrames(
    record: ConnectionRecord,
    readerOf: (record: ConnectionRecord) => ConversationReader,
    onRead: (frames: number) => void,
    isGivenUp: () => boolean,
  ): Promise<boolean> {
    const { connectionId, nextSeq } = record;
    const reading = readings.get(connectionId) ?? {
      reader: readerOf(record),
      readTo: 0,
      truncated: 0,
      isBroken: false,
    };
    readings.set(connectionId, reading);
    while (reading.readTo < nextSeq && !reading.isBroken) {
      const [fromSeq, toSeq] = [reading.readTo, Math.min(nextSeq, reading.readTo + STEP_FRAMES)];
      const chunks = await source.chunks(connectionId, fromSeq, toSeq);
      // All at once: the database is asked as often, but waited for once.
      const payloads = await Promise.all(chunks.map(({ firstSeq }) => source.payload(connectionId, firstSeq)));
      if (isGivenUp()) return false;
      chunks.forEach((chunk, i) => {
        addTo(reading, chunk, payloads[i] ?? null);
      });
      reading.readTo = Math.max(reading.readTo, toSeq);
      onRead(reading.readTo - fromSeq);
    }
    return true;
  }

  /** Null: its frames could not be read through. */
  function digestOf(record: ConnectionRecord, untilMs: number): Digest | null {
    const reading = readings.get(record.connectionId);
    if (!reading || reading.isBroken) return null;
    try {
      return reading.reader.digest(record, untilMs);
    } catch {
      reading.isBroken = true;
      return null;
    }
  }

  async function run(request: AnalysisRequest): Promise<void> {
    // A later one has been asked for while this one waited.
    if (current !== request) return;
    const { runId } = request;
    try {
      const result = await analyse(request);
      post(result ? { kind: 'done', runId, result } : { kind: 'cancelled', runId });
    } catch (error) {
      readings.clear();
      post({ kind: 'failed', runId, problem: messageOf(error) });
    } finally {
      if (current === request) current = null;
    }
  }

  /** Of all recordings; what is known of their frames is in their rows. */
  async function count({ countId, untilMs }: Extract<AnalystMessage, { kind: 'count' }>): Promise<void> {
    try {
      const sessions: StatisticsSession[] = [];
      for (const session of await source.sessions()) {
        const rows = await source.rows(session.sessionId);
        const until = session.endedAtMs ?? untilMs;
        if (rows) sessions.push({ session, facts: { ...rows, digests: new Map(), untilMs: until }, browser: null });
      }
      const statistics = methods.statistics(sessions);
      post({ kind: 'counted', countId, all: { recordings: sessions.length, statistics }, problem: null });
    } catch (error) {
      post({ kind: 'counted', countId, all: null, problem: messageOf(error) });
    }
  }

  return {
    take: (message) => {
      if (message.kind === 'count') {
        work = work.then(() => count(message));
        return work;
      }
      if (message.kind === 'cancel') {
        current = null;
        return work;
      }
      const { request } = message;
      current = request;
      work = work.then(() => run(request));
      return work;
    },
  };
}

const NAMELESS = { name: '', startedAtMs: 0 } as const;
const NO_ROWS: SessionRows = { connections: [], documents: [], context: [], handshakes: [], probes: [] };

/** Those that the panel shows, as it sees them. */
function connectionsOf(
  { connections, documents }: SessionRows,
  { closesWhenLeaving, sinceMs }: AnalysisRequest,
): readonly ConnectionRecord[] {
  const byId = new Map(documents.map((document) => [document.documentId, document]));
  const seen = closesWhenLeaving ? createLeaving()(connections, byId) : connections;
  return connectionsSince(seen, byId, sinceMs);
}

/** What no reader can cope with must not keep the others from being read. */
function addTo(reading: Reading, chunk: ChunkRecord, payload: PayloadRecord | null): void {
  if (reading.isBroken) return;
  const fresh = chunk.flags.subarray(Math.max(0, reading.readTo - chunk.firstSeq), chunk.count);
  for (const flags of fresh) if ((flags & FRAME_TRUNCATED) !== 0) reading.truncated++;
  try {
    // The chunk may have grown beyond what was asked for: all of it is read.
    reading.reader.add(chunk, payload, reading.readTo);
    reading.readTo = Math.max(reading.readTo, chunk.firstSeq + chunk.count);
  } catch {
    reading.isBroken = true;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
