/**
 * Sessions of any size for benches and tests, always the same for the same shape: clients of several protocols that lose
 * their connections and come back, for as long as it is asked for. Only rows; frames are made when they are asked for, so
 * that a million of them need no memory. `write.ts` puts them into a database.
 */
import { FRAME_OUT } from '../../../src/protocol/frame-columns.ts';
import { CHUNK_FRAMES } from '../../../src/protocol/limits.ts';
import {
  type CloseRecord,
  type ConnectionRecord,
  type ContextRecord,
  type DocumentRecord,
  type SessionRecord,
  UNTOUCHED,
} from '../../../src/protocol/records.ts';
import { buildChunk, type ChunkRows, planChunks } from '../../../src/store/chunks.ts';
import { COLUMN_BYTES_PER_FRAME } from '../../../src/store/schema.ts';
import { DIALECTS, type Dialect } from './dialects.ts';
import { type FramesPlan, type FrameTable, frameAt, frameColumns, frameTable, type GeneratedFrame } from './frames.ts';
import { createRandom, type Random, seedOf } from './random.ts';

export interface SessionShape {
  readonly seed: number;
  readonly frames: number;
  /** Of a data frame. */
  readonly payloadBytes: number;
  /** At least 1. */
  readonly connections: number;
  readonly minutes: number;
  readonly sessionId: string;
  readonly startMs: number;
}

export const DEFAULT_SHAPE: SessionShape = {
  seed: 1,
  frames: 10_000,
  payloadBytes: 150,
  connections: 20,
  minutes: 30,
  sessionId: 'generated',
  startMs: Date.UTC(2026, 10, 21, 10),
};

export interface GeneratedSession {
  readonly session: SessionRecord;
  readonly documents: readonly DocumentRecord[];
  /** In the order of their creation. Counters and tails are what the store would have written. */
  readonly connections: readonly ConnectionRecord[];
  readonly context: readonly ContextRecord[];
  frame(connection: number, seq: number): GeneratedFrame;
  /** The chunks of one connection, as the store cuts them. */
  chunks(connection: number): Iterable<ChunkRows>;
}

/** Sockets that follow each other, of one client. */
const SOCKETS_PER_CLIENT = 5;
const HANDSHAKE_MS = 40;

/** How connections end, and how many of a hundred do so. */
const ENDS: readonly (readonly [weight: number, end: Omit<CloseRecord, 'atMs'>])[] = [
  [40, { code: 1006, reason: '', wasClean: false, simulated: false }],
  [20, { code: 1000, reason: 'bye', wasClean: true, simulated: false }],
  [15, { code: 1001, reason: 'going away', wasClean: true, simulated: false }],
  [10, { code: 1012, reason: 'service restart', wasClean: true, simulated: false }],
  [8, { code: 1011, reason: 'internal error', wasClean: true, simulated: false }],
  [4, { code: 4001, reason: 'token expired', wasClean: true, simulated: false }],
  [3, { code: 1006, reason: '', wasClean: false, simulated: true }],
];

/** One connection before its frames are counted. */
interface Life {
  readonly dialect: Dialect;
  readonly url: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number;
  /** Null: it lives until the page goes. */
  readonly end: Omit<CloseRecord, 'atMs'> | null;
  readonly weight: number;
}

export function generateSession(fields: Partial<SessionShape> = {}): GeneratedSession {
  const shape = { ...DEFAULT_SHAPE, ...fields };
  const { seed, sessionId, startMs, minutes, payloadBytes } = shape;
  const endMs = startMs + minutes * 60_000;
  const documentId = `${sessionId}-document`;
  const lives = livesOf(shape, endMs);
  const counts = shared(
    shape.frames,
    lives.map(({ weight }) => weight),
  );
  const plans = lives.map(
    (life, i): FramesPlan => ({
      seed: seedOf(seed, i),
      dialect: life.dialect,
      count: counts[i] ?? 0,
      payloadBytes,
      openedAtMs: life.createdAtMs + HANDSHAKE_MS,
      endedAtMs: life.endedAtMs,
    }),
  );
  const table = remembering((i) => frameTable(planAt(i)));

  function planAt(connection: number): FramesPlan {
    const plan = plans[connection];
    if (!plan) throw new Error(`There is no connection ${connection}.`);
    return plan;
  }

  function* chunks(connection: number): Iterable<ChunkRows> {
    const plan = planAt(connection);
    const { connectionId } = connections[connection] ?? { connectionId: '' };
    for (let fromSeq = 0; fromSeq < plan.count; fromSeq += CHUNK_FRAMES) {
      const toSeq = Math.min(plan.count, fromSeq + CHUNK_FRAMES);
      const columns = frameColumns(plan, table(connection), fromSeq, toSeq);
      for (const cut of planChunks(null, [{ firstSeq: fromSeq, columns }])) yield buildChunk(connectionId, cut, null);
    }
  }

  const connections = lives.map((life, i): ConnectionRecord => {
    const counted = countFrames(planAt(i), frameTable(planAt(i)));
    return {
      ...UNTOUCHED,
      connectionId: `${documentId}/${i}`,
      sessionId,
      documentId,
      connection: i,
      url: life.url,
      protocol: life.dialect.protocol,
      protocols: life.dialect.protocol === '' ? [] : [life.dialect.protocol],
      extensions: 'permessage-deflate',
      createdAtMs: life.createdAtMs,
      openedAtMs: life.createdAtMs + HANDSHAKE_MS,
      ...endOf(life, endMs),
      ...counted,
    };
  });

  return {
    session: {
      sessionId,
      tabId: 1,
      kind: 'named',
      name: `${shape.frames} frames of ${payloadBytes} B in ${shape.connections} connections`,
      startedAtMs: startMs,
      endedAtMs: endMs,
      pinned: true,
      storedBytes: connections.reduce(
        (sum, { bytesIn, bytesOut, nextSeq }) => sum + bytesIn + bytesOut + nextSeq * COLUMN_BYTES_PER_FRAME,
        0,
      ),
    },
    documents: [
      {
        documentId,
        sessionId,
        tabId: 1,
        frameId: 0,
        url: 'https://app.example.test/',
        timeOriginMs: startMs,
        openedAtMs: startMs,
        goneAtMs: endMs,
        committedBatch: 1,
        rejected: 0,
        payloadsLeftOut: 0,
      },
    ],
    connections,
    context: contextOf(shape, documentId, connections),
    frame: (connection, seq) => frameAt(planAt(connection), table(connection), seq),
    chunks,
  };
}

/** Clients side by side; the sockets of each follow each other, with the time in between that it took to come back. */
function livesOf({ seed, connections, startMs }: SessionShape, endMs: number): readonly Life[] {
  const random = createRandom(seed);
  const clients = Math.max(1, Math.round(connections / SOCKETS_PER_CLIENT));
  const lives: Life[] = [];
  for (let client = 0; client < clients; client++) {
    const sockets = Math.floor(connections / clients) + (client < connections % clients ? 1 : 0);
    const dialect = DIALECTS[client % DIALECTS.length] ?? DIALECTS[0];
    const separator = dialect.path.includes('?') ? '&' : '?';
    const url = `wss://${['api', 'live', 'push'][client % 3]}.example.test${dialect.path}${separator}client=${client}`;
    // Some talk much and most little, as it is.
    const talk = 1 / (client + 1) ** 0.7;
    const beginMs = startMs + random.between(0, Math.floor((endMs - startMs) / 20));
    const slotMs = (endMs - beginMs) / sockets;
    for (let i = 0; i < sockets; i++) {
      const createdAtMs = Math.floor(beginMs + i * slotMs);
      const gapMs = Math.min(slotMs / 4, random.between(300, 9_000));
      const isLast = i === sockets - 1;
      const endedAtMs = Math.floor(isLast ? endMs : createdAtMs + slotMs - gapMs);
      const end = isLast ? null : endBy(random);
      lives.push({ dialect, url, createdAtMs, endedAtMs, end, weight: talk * (endedAtMs - createdAtMs) });
    }
  }
  return lives.sort((a, b) => a.createdAtMs - b.createdAtMs);
}

function endBy(random: Random): Omit<CloseRecord, 'atMs'> | null {
  let left = random.between(0, 99);
  for (const [weight, end] of ENDS) {
    if (left < weight) return end;
    left -= weight;
  }
  return null;
}

function endOf({ end, endedAtMs }: Life, pageGoneAtMs: number): Partial<ConnectionRecord> {
  if (!end) return { goneAtMs: pageGoneAtMs };
  return {
    close: { ...end, atMs: endedAtMs },
    erroredAtMs: end.code === 1006 ? endedAtMs : null,
    closeRequested: end.code === 1000 ? { atMs: endedAtMs - 20, code: 1000, reason: end.reason } : null,
    droppedAtMs: end.simulated ? endedAtMs : null,
  };
}

/** What the store counts, by the frames. */
function countFrames(plan: FramesPlan, table: FrameTable): Partial<ConnectionRecord> {
  let [framesIn, framesOut, bytesIn, bytesOut] = [0, 0, 0, 0];
  let tail: ConnectionRecord['tail'] = null;
  for (let fromSeq = 0; fromSeq < plan.count; fromSeq += CHUNK_FRAMES) {
    const columns = frameColumns(plan, table, fromSeq, Math.min(plan.count, fromSeq + CHUNK_FRAMES));
    for (let i = 0; i < columns.count; i++) {
      const size = columns.sizeBytes[i] ?? 0;
      if (((columns.flags[i] ?? 0) & FRAME_OUT) === 0) [framesIn, bytesIn] = [framesIn + 1, bytesIn + size];
      else [framesOut, bytesOut] = [framesOut + 1, bytesOut + size];
    }
    const last = planChunks(null, [{ firstSeq: fromSeq, columns }]).at(-1);
    if (last) tail = { firstSeq: last.firstSeq, count: last.count, payloadBytes: last.payloadBytes };
  }
  const lastFrameAtMs = plan.count > 0 ? (table.atMs[plan.count - 1] ?? null) : null;
  return { framesIn, framesOut, bytesIn, bytesOut, tail, lastFrameAtMs, nextSeq: plan.count };
}

/** `total` in whole parts by weight. */
function shared(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const parts: number[] = [];
  let given = 0;
  let passed = 0;
  for (const weight of weights) {
    passed += weight;
    const upTo = Math.round((total * passed) / sum);
    parts.push(upTo - given);
    given = upTo;
  }
  return parts;
}

/** The page was hidden now and then, once offline; what was simulated; somebody marked two moments. */
function contextOf(
  { sessionId, startMs, minutes }: SessionShape,
  documentId: string,
  connections: readonly ConnectionRecord[],
): readonly ContextRecord[] {
  const at = (share: number) => Math.floor(startMs + share * minutes * 60_000);
  const row = (share: number, kind: ContextRecord['kind'], more: Partial<ContextRecord> = {}): ContextRecord => ({
    sessionId,
    documentId,
    connectionId: null,
    atMs: at(share),
    kind,
    ...more,
  });
  const drops = connections.flatMap(({ connectionId, droppedAtMs }): readonly ContextRecord[] =>
    droppedAtMs === null ? [] : [{ sessionId, documentId, connectionId, atMs: droppedAtMs, kind: 'dropped' }],
  );
  const rows = [
    row(0.2, 'hidden'),
    row(0.24, 'visible'),
    row(0.5, 'offline'),
    row(0.51, 'online'),
    row(0.3, 'marker', { text: 'Before the deployment' }),
    row(0.7, 'marker', { text: 'After the deployment' }),
    ...drops,
  ];
  return rows.sort((a, b) => a.atMs - b.atMs);
}

/** Keeps the last result: frames are asked for connection by connection. */
function remembering<Result>(make: (key: number) => Result): (key: number) => Result {
  let last: { readonly key: number; readonly result: Result } | null = null;
  return (key) => {
    if (last?.key !== key) last = { key, result: make(key) };
    return last.result;
  };
}
