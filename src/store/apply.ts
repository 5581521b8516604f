/**
 * What one report of a page makes of one connection's row. Pure: the rows are the input and the output, the database is
 * `write-batches.ts`'s business. A report that does not fit to what is known is refused, never thrown at anybody: pages
 * may lie.
 */
import {
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  type FrameColumns,
  SIZE_OF_TEXT,
  utf8Bytes,
} from '../protocol/frame-columns.ts';
import { MAX_GAPS_PER_CONNECTION } from '../protocol/limits.ts';
import type { ConnectionFound, ConnectionSeen, StoredReport } from '../protocol/outside.ts';
import type { ConnectionCreated, FramesCaptured, GapReason } from '../protocol/page-report.ts';
import { type ConnectionRecord, type ContentRecord, type GapRecord, UNTOUCHED } from '../protocol/records.ts';
import { actsOf } from './acts.ts';
import { withFault } from './apply-faults.ts';

/** What must be known of a document in order to read its reports. */
export interface ReportingDocument {
  readonly documentId: string;
  readonly sessionId: string;
  readonly timeOriginMs: number;
}

export interface Applied {
  /** `tail` is as it was: which chunk takes the frames is decided later, for all of a batch at once. */
  readonly connection: ConnectionRecord;
  /** Frames to be stored: epoch times, sizes counted. */
  readonly frames?: { readonly firstSeq: number; readonly columns: FrameColumns };
  readonly content?: ContentRecord;
  /** Socketscope dropped the connection just now, epoch milliseconds. */
  readonly droppedAtMs?: number;
}

export function connectionIdOf(documentId: string, connection: number): string {
  return `${documentId}/${connection}`;
}

/**
 * Applies a report to its connection's row (null: there is none yet). Gives null when it does not fit: a connection that
 * is not known or known already, a second opening or closing, frames that were there before.
 */
export function applyReport(
  known: ConnectionRecord | null,
  report: StoredReport,
  document: ReportingDocument,
): Applied | null {
  if (!known) {
    return report.kind === 'connectionCreated' || report.kind === 'connectionFound'
      ? { connection: newConnection(report, document) }
      : null;
  }
  switch (report.kind) {
    case 'framesCaptured':
      return withFrames(known, report, document.timeOriginMs);
    case 'framesMissed': {
      const connection = withGap(known, report.firstSeq, report.count, report.reason);
      return connection && { connection };
    }
    case 'connectionCreated':
      return null;
    case 'connectionFound':
      return withSource(known, report);
    case 'frameContent':
      return report.seq < known.nextSeq
        ? {
            connection: known,
            content: { connectionId: known.connectionId, seq: report.seq, bytes: report.bytes },
          }
        : null;
    default:
      return withLifecycle(known, report, document.timeOriginMs + report.atMs);
  }
}

type Lifecycle = Exclude<
  StoredReport,
  { kind: 'connectionCreated' | 'connectionFound' | 'framesCaptured' | 'framesMissed' | 'frameContent' }
>;

function withLifecycle(known: ConnectionRecord, report: Lifecycle, atMs: number): Applied | null {
  switch (report.kind) {
    case 'connectionOpened':
      if (known.openedAtMs !== null) return null;
      return {
        connection: { ...known, openedAtMs: atMs, protocol: report.protocol, extensions: report.extensions },
      };
    case 'connectionErrored':
      return { connection: { ...known, erroredAtMs: known.erroredAtMs ?? atMs } };
    case 'closeRequested':
      // A page may call close() as often as it likes; only the first call does something.
      return {
        connection: {
          ...known,
          closeRequested: known.closeRequested ?? { atMs, code: report.code, reason: report.reason },
        },
      };
    case 'connectionClosed': {
      if (known.close) return null;
      const { code, reason, wasClean, simulated } = report;
      return { connection: { ...known, close: { atMs, code, reason, wasClean, simulated } } };
    }
    case 'connectionDropped':
      if (known.droppedAtMs !== null) return null;
      return { connection: { ...known, droppedAtMs: atMs }, droppedAtMs: atMs };
    case 'connectionActs':
      return { connection: { ...known, acts: actsOf(report, atMs - report.atMs) } };
    case 'faultStarted':
    case 'faultFired':
    case 'faultEnded':
    case 'frameHeld':
    case 'frameReleased':
      return { connection: withFault(known, report, atMs) };
    case 'connectionSeen':
      return withSource(known, report);
    case 'connectionEnded':
      return known.close || known.endSeenAtMs !== null ? null : { connection: { ...known, endSeenAtMs: atMs } };
  }
}

/** What was found once is not found again; but somebody may know more of it than who found it. */
function withSource(known: ConnectionRecord, report: ConnectionFound | ConnectionSeen): Applied | null {
  const seenBy = report.kind === 'connectionSeen' ? report.seenBy : known.seenBy;
  const protocols = known.protocols.length > 0 ? known.protocols : report.protocols;
  if (seenBy === known.seenBy && protocols.length === known.protocols.length) return null;
  return { connection: { ...known, seenBy, protocols } };
}

function newConnection(
  report: ConnectionCreated | ConnectionFound,
  { documentId, sessionId, timeOriginMs }: ReportingDocument,
): ConnectionRecord {
  return {
    ...UNTOUCHED,
    connectionId: connectionIdOf(documentId, report.connection),
    sessionId,
    documentId,
    connection: report.connection,
    url: report.url,
    protocols: report.protocols,
    seenBy: report.kind === 'connectionFound' ? report.seenBy : 'page',
    createdAtMs: timeOriginMs + report.atMs,
  };
}

function withFrames(known: ConnectionRecord, report: FramesCaptured, timeOriginMs: number): Applied | null {
  const { firstSeq } = report;
  const caughtUp = caughtUpTo(known, firstSeq);
  if (!caughtUp || firstSeq + report.columns.count > Number.MAX_SAFE_INTEGER) return null;
  const columns = storedColumns(report.columns, timeOriginMs);
  let { framesIn, framesOut, bytesIn, bytesOut } = known;
  let lastFrameAtMs = known.lastFrameAtMs ?? 0;
  for (let i = 0; i < columns.count; i++) {
    const flags = columns.flags[i] ?? 0;
    const sizeBytes = columns.sizeBytes[i] ?? 0;
    lastFrameAtMs = Math.max(lastFrameAtMs, columns.atMs[i] ?? 0);
    if (flags & (FRAME_SIMULATED | FRAME_DISCARDED | FRAME_LOST)) continue;
    if (flags & FRAME_OUT) {
      framesOut++;
      bytesOut += sizeBytes;
    } else {
      framesIn++;
      bytesIn += sizeBytes;
    }
  }
  const nextSeq = firstSeq + columns.count;
  return {
    connection: { ...caughtUp, framesIn, framesOut, bytesIn, bytesOut, lastFrameAtMs, nextSeq },
    frames: { firstSeq, columns },
  };
}

/** Document clock → epoch, and the sizes that the page left open. */
function storedColumns(columns: FrameColumns, timeOriginMs: number): FrameColumns {
  const atMs = columns.atMs.map((at) => timeOriginMs + at);
  const sizeBytes = columns.sizeBytes.map((size, i) =>
    size === SIZE_OF_TEXT ? utf8Bytes(columns.text, i === 0 ? 0 : columns.textEnds[i - 1], columns.textEnds[i]) : size,
  );
  return { ...columns, atMs, sizeBytes };
}

/**
 * The row with everything before `seq` accounted for. A jump means that reports in between were lost on the way, which
 * nobody told us of: a gap. Null when `seq` has been there already.
 */
function caughtUpTo(known: ConnectionRecord, seq: number): ConnectionRecord | null {
  return seq === known.nextSeq ? known : withGap(known, known.nextSeq, seq - known.nextSeq, 'overflow');
}

function withGap(known: ConnectionRecord, firstSeq: number, count: number, reason: GapReason): ConnectionRecord | null {
  const nextSeq = firstSeq + count;
  if (firstSeq < known.nextSeq || count <= 0 || nextSeq > Number.MAX_SAFE_INTEGER) return null;
  // What was jumped over belongs to the gap, too.
  const gap = { firstSeq: known.nextSeq, count: nextSeq - known.nextSeq, reason };
  return {
    ...known,
    gaps: listGap(known.gaps, gap),
    framesMissed: known.framesMissed + gap.count,
    nextSeq,
  };
}

function listGap(gaps: readonly GapRecord[], gap: GapRecord): readonly GapRecord[] {
  const last = gaps.at(-1);
  if (last && last.reason === gap.reason && last.firstSeq + last.count === gap.firstSeq) {
    return [...gaps.slice(0, -1), { ...last, count: last.count + gap.count }];
  }
  return gaps.length < MAX_GAPS_PER_CONNECTION ? [...gaps, gap] : gaps;
}
