/**
 * Decides what leaves the document and when: nothing while the tab is not recorded, then batches. A flush hands over
 * whatever the cursors of the ring have not passed yet; the three histories differ only in where they put the cursors
 * first. Every seq of a connection is handed over once, as a frame or inside a gap.
 *
 * Knows no DOM: the clock, the delay, the way out and the reading of Blobs are given to it.
 */
import { BATCH_DELAY_MS, BATCH_FRAMES, BATCH_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { History } from '../protocol/page-command.ts';
import type { ConnectionCreated, GapReason, PageMessage, PageReport } from '../protocol/page-report.ts';
import { buildColumns } from './columns.ts';
import type { Payload } from './payload.ts';
import { append, arrayBufferBytes, Uint8 } from './primordials.ts';
import {
  addConnection,
  addFact,
  addFrame,
  type Connection,
  type FactReport,
  type Frame,
  forgetClosedConnections,
  type Ring,
} from './ring.ts';

export interface RecorderEdges {
  readonly nowMs: () => number;
  /** True when the delay may be late by much, as in a hidden tab. */
  readonly isDelayCoarse: () => boolean;
  readonly callAfter: (delayMs: number, callback: () => void) => void;
  /** Has `expectTheEnd` called in time. Asked for again and again, because document.open() removes all listeners. */
  readonly watchForTheEnd: () => void;
  /** Has exceptions that nobody catches told. Again with each connection, for the same reason. */
  readonly watchForErrors: () => void;
  /** Called in a task of its own, soon after anything was noted while recording. */
  readonly endDelivery: () => void;
  readonly post: (message: PageMessage) => void;
  /** `done` may be called at any later time, or never. */
  readonly readBlob: (blob: Blob, done: (content: ArrayBuffer) => void) => void;
}

export interface Recorder {
  /** A new connection; its number is `ring.connectionCount` at the time of the call. */
  noteConnection(created: Omit<ConnectionCreated, 'kind' | 'connection'>, socket: WeakRef<WebSocket>): Connection;
  noteFact(connection: Connection, report: FactReport): void;
  noteFrame(connection: Connection, atMs: number, flags: number, payload: Payload): void;
  /** `connection.actsSoFar` have changed. */
  noteActs(connection: Connection): void;
  isRecording(): boolean;
  startRecording(history: History): void;
  stopRecording(): void;
  flush(): void;
  /** The document may end at any time now: flushes, and hands over at once whatever comes after. */
  expectTheEnd(): void;
}

/** A message with more is split: far below what the receiver accepts, and cheap to begin anew. */
const REPORTS_PER_MESSAGE = 1_024;
/**
 * With whatever is no payload, as the connections of a page written anew by document.open() begin; with the first entry of
 * a batch; and with every so many. With each it is the dearest call on a frame's way (measured).
 */
const ENTRIES_PER_WATCH = 16;

export function createRecorder(ring: Ring, edges: RecorderEdges): Recorder {
  let isRecording = false;
  /** Counts how often recording began anew; content that was asked for before belongs to nothing any more. */
  let beginnings = 0;
  let gapReason: GapReason = 'ring';
  let waitingEntries = 0;
  let waitingWeight = 0;
  let waitingSinceMs = 0;
  let lastFlushMs = 0;
  let isDelayRunning = false;
  let isEnding = false;
  /** What is handed over was there before recording began. */
  let isCatchingUp = false;
  let reports: PageReport[] = [];

  function noteConnection(
    created: Omit<ConnectionCreated, 'kind' | 'connection'>,
    socket: WeakRef<WebSocket>,
  ): Connection {
    const { atMs, url, protocols } = created;
    const number = ring.connectionCount;
    if (number === 0) edges.post({ kind: 'socketsExist' });
    if (isRecording) edges.watchForErrors();
    const connection = addConnection(
      ring,
      { kind: 'connectionCreated', connection: number, atMs, url, protocols },
      socket,
    );
    noteEntry(0);
    return connection;
  }

  function noteFact(connection: Connection, report: FactReport): void {
    addFact(ring, connection, report);
    // While recording, flush() does it: what is forgotten must have been handed over.
    if (!isRecording) forgetClosedConnections(ring);
    noteEntry(0);
    // A window may close itself because of it, and Chromium does not wait then for what is said in its last moment.
    if (report.kind === 'connectionClosed') flush();
  }

  function noteActs(connection: Connection): void {
    if (!connection.isMuted) noteEntry(0);
  }

  function noteFrame(connection: Connection, atMs: number, flags: number, payload: Payload): void {
    if (connection.isMuted) return;
    const seq = connection.nextSeq;
    addFrame(ring, connection, atMs, flags, payload);
    // At once: a document that ends has no time to read.
    if (isRecording && payload.blob !== null) readContent(connection, seq, payload.blob);
    noteEntry(payload.weight);
  }

  function noteEntry(weight: number): void {
    if (!isRecording) return;
    const nowMs = edges.nowMs();
    if (waitingEntries === 0) waitingSinceMs = nowMs;
    if (weight === 0 || waitingEntries % ENTRIES_PER_WATCH === 0) edges.watchForTheEnd();
    waitingEntries++;
    waitingWeight += weight;
    if (isFlushDue(nowMs)) flush();
    if (!isDelayRunning) {
      isDelayRunning = true;
      edges.callAfter(BATCH_DELAY_MS, endOfDelay);
    }
  }

  function isFlushDue(nowMs: number): boolean {
    return (
      isEnding ||
      waitingEntries >= BATCH_FRAMES ||
      waitingWeight >= BATCH_PAYLOAD_BYTES ||
      // The delay is late: what arrives takes its place.
      nowMs - waitingSinceMs >= BATCH_DELAY_MS ||
      (nowMs - lastFlushMs >= BATCH_DELAY_MS && edges.isDelayCoarse())
    );
  }

  function endOfDelay(): void {
    isDelayRunning = false;
    edges.endDelivery();
    // Timers run, so the document has survived: it came back from the back/forward cache.
    isEnding = false;
    flush();
  }

  function flush(): void {
    if (!isRecording || waitingEntries === 0) return;
    waitingEntries = 0;
    waitingWeight = 0;
    lastFlushMs = edges.nowMs();
    let connection = ring.oldestConnection;
    while (connection !== null) {
      handOver(connection);
      connection = connection.next;
    }
    forgetClosedConnections(ring);
    postReports();
  }

  /** Everything of the connection that the cursors have not passed, in an order that makes sense to a reader. */
  function handOver(connection: Connection): void {
    handOverFacts(connection, isBeginning);
    const frame = connection.unsentFrame;
    const { number, sentSeq, nextSeq } = connection;
    const firstSeq = frame === null ? nextSeq : frame.seq;
    connection.unsentFrame = null;
    connection.sentSeq = nextSeq;
    if (firstSeq > sentSeq) {
      const count = firstSeq - sentSeq;
      report({ kind: 'framesMissed', connection: number, firstSeq: sentSeq, count, reason: gapReason });
    }
    if (frame !== null) handOverFrames(number, frame, nextSeq);
    handOverFacts(connection, isAny);
    const { actsSoFar } = connection;
    if (actsSoFar?.isUnsent !== true) return;
    actsSoFar.isUnsent = false;
    report(actsSoFar.noted);
  }

  function handOverFacts(connection: Connection, isWanted: (report: FactReport) => boolean): void {
    while (connection.unsentFact !== null && isWanted(connection.unsentFact.report)) {
      report(connection.unsentFact.report);
      connection.unsentFact = connection.unsentFact.next;
    }
  }

  function handOverFrames(number: number, first: Frame, endSeq: number): void {
    const columns = buildColumns(first, endSeq - first.seq);
    report({ kind: 'framesCaptured', connection: number, firstSeq: first.seq, columns });
    let frame: Frame | null = isCatchingUp ? first : null;
    while (frame !== null) {
      if (frame.payload.blob !== null) readContent(frame.connection, frame.seq, frame.payload.blob);
      frame = frame.nextOwn;
    }
  }

  function readContent(connection: Connection, seq: number, blob: Blob): void {
    const beginning = beginnings;
    edges.readBlob(blob, (content) => {
      if (!isRecording || beginnings !== beginning) return;
      // Its frame comes first.
      if (connection.sentSeq <= seq) flush();
      report({ kind: 'frameContent', connection: connection.number, seq, bytes: new Uint8(content) });
      noteEntry(arrayBufferBytes(content));
    });
  }

  function report(fact: PageReport): void {
    append(reports, fact);
    if (reports.length >= REPORTS_PER_MESSAGE) postReports();
  }

  function postReports(): void {
    if (reports.length === 0) return;
    const message: PageMessage = { kind: 'reports', reports };
    reports = [];
    edges.post(message);
  }

  function startRecording(history: History): void {
    flush();
    isRecording = true;
    edges.watchForErrors();
    if (history !== 'unsent') beginnings++;
    gapReason = REASONS[history];
    let connection = ring.oldestConnection;
    while (connection !== null) {
      if (history !== 'unsent') moveCursors(connection, history);
      waitingEntries++;
      connection = connection.next;
    }
    isCatchingUp = true;
    flush();
    isCatchingUp = false;
    gapReason = 'ring';
  }

  function stopRecording(): void {
    flush();
    isRecording = false;
  }

  function expectTheEnd(): void {
    isEnding = true;
    flush();
  }

  return {
    noteConnection,
    noteFact,
    noteFrame,
    noteActs,
    isRecording: () => isRecording,
    startRecording,
    stopRecording,
    flush,
    expectTheEnd,
  };
}

/** Why the frames before a beginning are missing. */
const REASONS: Readonly<Record<History, GapReason>> = { ring: 'ring', open: 'cleared', unsent: 'paused' };

/**
 * `ring`: back to the beginning; what the ring no longer has becomes a gap. `open`: the same for open connections, but
 * none of their frames; closed ones count as told.
 */
function moveCursors(connection: Connection, history: 'ring' | 'open'): void {
  const isWanted = history === 'ring' || !connection.isClosed;
  connection.isMuted = !isWanted;
  connection.unsentFact = isWanted ? connection.firstFact : null;
  connection.sentSeq = isWanted ? 0 : connection.nextSeq;
  connection.unsentFrame = history === 'ring' ? connection.oldestFrame : null;
  if (connection.actsSoFar !== null) connection.actsSoFar.isUnsent = isWanted;
}

function isBeginning(report: FactReport): boolean {
  return report.kind === 'connectionCreated' || report.kind === 'connectionOpened';
}

function isAny(): boolean {
  return true;
}
