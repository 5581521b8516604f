/**
 * What the background has not acknowledged. Pure but for its own state: knows no port, no page and no clock.
 *
 *     page ─▶ [ waiting: reports ] ─▶ [ under way: batches 5 6 7 ] ─▶ background ─▶ committed 5
 *               may become gaps         never change again
 *
 * A batch gets its number when it is sent for the first time, and from then on stays as it is until it is acknowledged:
 * whether the first or the second sending of it arrives makes no difference. So only what waits can be made smaller.
 * Over UNACKNOWLEDGED_BYTES, payloads go first, oldest first, then frames become a gap; both can be seen later.
 */
import { keepPayloadsOf } from '../protocol/kept-payload.ts';
import {
  IN_FLIGHT_BATCHES,
  IN_FLIGHT_BYTES,
  MAX_LAST_BATCHES,
  MAX_LAST_REPORTS,
  MAX_REPORTS_PER_MESSAGE,
  MAX_SURROUNDINGS_PER_BATCH,
  RELAYED_BATCH_BYTES,
  UNACKNOWLEDGED_BYTES,
} from '../protocol/limits.ts';
import type { FramesCaptured, FramesMissed, GapReason, PageReport } from '../protocol/page-report.ts';
import type { Batch, LastWord, LeftOut, Pressure } from '../protocol/relay.ts';
import type { SurroundingReport } from '../protocol/surroundings.ts';

/** More than can be carried, or because nothing can be written. */
export type OverflowReason = Extract<GapReason, 'overflow' | 'noRoom'>;

export interface Outbox {
  add(report: PageReport): void;
  /** Goes with the next batch. */
  addSurrounding(report: SurroundingReport): void;
  /** Why frames have to become gaps from now on. At first: `overflow`. */
  explainGaps(reason: OverflowReason): void;
  /** Counts messages or reports of the page that were refused. */
  refuse(count: number): void;
  /** True when nothing waits but a count of refusals, which alone is not worth hurrying. */
  hasOnlyRefusals(): boolean;
  /** Makes the next batch; null when nothing waits, or as much is under way as may be. */
  next(options?: NextOptions): Batch | null;
  /** All batches up to this one are committed. False when that cannot be: this outbox has not what comes after it. */
  acknowledge(committedBatch: number): boolean;
  /** Sent and not acknowledged, in order: what must be sent again on a new link. */
  underWay(): readonly Batch[];
  /** What waits, and what had to be left out of it. */
  pressure(): Pressure;
  /** The same with frames only counted; null when there is nothing in it, or too much. */
  lastWord(): LastWord | null;
}

export interface NextOptions {
  /** Not null: the document is going. There is no later, so everything is let out, and at least one batch. */
  readonly goneAtMs?: number | null;
  /** Also when there is nothing but refusals to tell of. */
  readonly evenRefusals?: boolean;
  /** Also beyond what may be under way at once. */
  readonly evenBeyondLimit?: boolean;
}

interface Weighed<Item> {
  readonly item: Item;
  readonly bytes: number;
  /** Frames in it whose payloads were taken away here. */
  readonly payloadsLeftOut: number;
}

/** Shrinking goes somewhat further than it must, so that it is not needed again for the very next report. */
const SHRUNK_BYTES = UNACKNOWLEDGED_BYTES * 0.75;

export function createOutbox({ documentId, sessionId }: Pick<Batch, 'documentId' | 'sessionId'>): Outbox {
  let waiting: readonly Weighed<PageReport>[] = [];
  let arrived: Weighed<PageReport>[] = []; // belongs at the end of `waiting`
  let waitingBytes = 0;
  let surroundings: SurroundingReport[] = [];
  let underWay: readonly Weighed<Batch>[] = [];
  let underWayBytes = 0;
  let lastBatch = 0;
  let refused = 0;
  let isGone = false;
  let gapReason: OverflowReason = 'overflow';
  /** Shrinking has nothing left to take away; try again when something has left. */
  let isFull = false;
  let leftOut: LeftOut = 'nothing';

  function allWaiting(): readonly Weighed<PageReport>[] {
    if (arrived.length > 0) {
      waiting = waiting.length > 0 ? [...waiting, ...arrived] : arrived;
      arrived = [];
    }
    return waiting;
  }

  function add(report: PageReport): void {
    const bytes = bytesOf(report);
    if (underWayBytes + waitingBytes + bytes > UNACKNOWLEDGED_BYTES) {
      if (!isFull) {
        const shrunk = shrink(allWaiting(), SHRUNK_BYTES - underWayBytes, gapReason);
        waiting = shrunk.waiting;
        waitingBytes = sumBytes(waiting);
        if (leftOut !== 'frames') leftOut = shrunk.leftOut;
      }
      if (underWayBytes + waitingBytes + bytes > UNACKNOWLEDGED_BYTES) {
        isFull = true;
        refused++;
        leftOut = 'frames';
        return;
      }
    }
    arrived.push({ item: report, bytes, payloadsLeftOut: 0 });
    waitingBytes += bytes;
  }

  function next({ goneAtMs = null, evenRefusals = false, evenBeyondLimit = false }: NextOptions = {}): Batch | null {
    const isFarewell = goneAtMs !== null && !isGone;
    const isLimited = goneAtMs === null && !evenBeyondLimit;
    if (isLimited && (underWay.length >= IN_FLIGHT_BATCHES || underWayBytes >= IN_FLIGHT_BYTES)) return null;
    const all = allWaiting();
    const isWorthIt = all.length + surroundings.length > 0 || isFarewell || (refused > 0 && (evenRefusals || isGone));
    if (!isWorthIt) return null;

    const count = countForOneBatch(all);
    const taken = all.slice(0, count);
    const bytes = sumBytes(taken);
    const batch: Batch = {
      kind: 'batch',
      documentId,
      sessionId,
      batch: ++lastBatch,
      reports: taken.map(({ item }) => item),
      ...(surroundings.length > 0 && { surroundings }),
      rejected: refused,
      payloadsLeftOut: taken.reduce((sum, entry) => sum + entry.payloadsLeftOut, 0),
      goneAtMs,
    };
    surroundings = [];
    waiting = all.slice(count);
    waitingBytes -= bytes;
    underWay = [...underWay, { item: batch, bytes, payloadsLeftOut: 0 }];
    underWayBytes += bytes;
    refused = 0;
    isGone = goneAtMs !== null;
    isFull = false;
    if (waiting.length === 0) leftOut = 'nothing';
    return batch;
  }

  function acknowledge(committedBatch: number): boolean {
    const firstUnderWay = lastBatch - underWay.length + 1;
    if (committedBatch > lastBatch || committedBatch < firstUnderWay - 1) return false;
    underWay = underWay.slice(committedBatch - firstUnderWay + 1);
    underWayBytes = sumBytes(underWay);
    isFull = false;
    return true;
  }

  function lastWord(): LastWord | null {
    const batches = underWay.map(({ item: batch }) => ({
      ...batch,
      reports: (batch.reports as readonly PageReport[])
        .filter(({ kind }) => kind !== 'frameContent')
        .map((report) => (report.kind === 'framesCaptured' ? framesMissed(report, 'ended') : report)),
    }));
    const reports = batches.reduce((sum, batch) => sum + batch.reports.length, 0);
    const isFitting = batches.length <= MAX_LAST_BATCHES && reports > 0 && reports <= MAX_LAST_REPORTS;
    return isFitting && sessionId !== null ? { documentId, sessionId, batches } : null;
  }

  return {
    add,
    next,
    acknowledge,
    lastWord,
    addSurrounding: (report) => {
      // Nobody is there for hours: the latest say more than the first.
      if (surroundings.length >= MAX_SURROUNDINGS_PER_BATCH) surroundings.shift();
      surroundings.push(report);
    },
    explainGaps: (reason) => {
      gapReason = reason;
    },
    refuse: (count) => {
      refused += count;
    },
    hasOnlyRefusals: () => refused > 0 && waiting.length + arrived.length + surroundings.length === 0,
    underWay: () => underWay.map(({ item }) => item),
    pressure: () => ({ heldBackBytes: waitingBytes, leftOut }),
  };
}

/** At least one, when there is one. */
function countForOneBatch(waiting: readonly Weighed<PageReport>[]): number {
  let count = 0;
  let bytes = 0;
  for (const entry of waiting) {
    bytes += entry.bytes;
    if (count > 0 && (bytes > RELAYED_BATCH_BYTES || count >= MAX_REPORTS_PER_MESSAGE)) break;
    count++;
  }
  return count;
}

interface Shrunk {
  readonly waiting: readonly Weighed<PageReport>[];
  readonly leftOut: LeftOut;
}

/** Takes away payloads, then frames, oldest first, until the rest has at most `goalBytes` or nothing is left to take. */
function shrink(waiting: readonly Weighed<PageReport>[], goalBytes: number, reason: OverflowReason): Shrunk {
  const withoutPayloads = shrinkWith(withoutPayload, waiting, goalBytes);
  const isEnough = sumBytes(withoutPayloads) <= goalBytes;
  return {
    waiting: mergeGaps(
      isEnough ? withoutPayloads : shrinkWith((entry) => withoutFrames(entry, reason), withoutPayloads, goalBytes),
    ),
    leftOut: isEnough ? 'payloads' : 'frames',
  };
}

/** `smaller` gives null for what goes without a trace, and the entry itself where there is nothing to take. */
function shrinkWith(
  smaller: (entry: Weighed<PageReport>) => Weighed<PageReport> | null,
  waiting: readonly Weighed<PageReport>[],
  goalBytes: number,
): readonly Weighed<PageReport>[] {
  let bytes = sumBytes(waiting);
  return waiting.flatMap((entry) => {
    if (bytes <= goalBytes) return [entry];
    const left = smaller(entry);
    bytes -= entry.bytes - (left?.bytes ?? 0);
    return left ? [left] : [];
  });
}

function weigh(report: PageReport, payloadsLeftOut: number): Weighed<PageReport> {
  return { item: report, bytes: bytesOf(report), payloadsLeftOut };
}

/** The bytes of a Blob go without a trace: its frame says how many there were. */
function withoutPayload(entry: Weighed<PageReport>): Weighed<PageReport> | null {
  const { item: report } = entry;
  if (report.kind === 'frameContent') return null;
  if (report.kind !== 'framesCaptured') return entry;
  const { count, text, bytes, textEnds, byteEnds } = report.columns;
  if (text === '' && bytes.length === 0) return entry;
  let payloads = 0;
  let end = 0;
  for (let i = 0; i < count; i++) {
    const nextEnd = (textEnds[i] ?? 0) + (byteEnds[i] ?? 0);
    if (nextEnd > end) payloads++;
    end = nextEnd;
  }
  return weigh({ ...report, columns: keepPayloadsOf(report.columns, 0) }, payloads);
}

function withoutFrames(entry: Weighed<PageReport>, reason: GapReason): Weighed<PageReport> {
  const { item: report } = entry;
  return report.kind === 'framesCaptured' ? weigh(framesMissed(report, reason), 0) : entry;
}

function framesMissed({ connection, firstSeq, columns }: FramesCaptured, reason: GapReason): FramesMissed {
  return { kind: 'framesMissed', connection, firstSeq, count: columns.count, reason };
}

/** Gaps of one connection that follow each other are one, else they would take all the room that they have made. */
function mergeGaps(waiting: readonly Weighed<PageReport>[]): readonly Weighed<PageReport>[] {
  const merged: Weighed<PageReport>[] = [];
  const lastGaps = new Map<number, { readonly index: number; readonly gap: FramesMissed }>();
  for (const entry of waiting) {
    const { item: report } = entry;
    const last = lastGaps.get(report.connection);
    if (report.kind === 'framesMissed' && last?.gap.reason === report.reason && endOf(last.gap) === report.firstSeq) {
      const gap = { ...last.gap, count: last.gap.count + report.count };
      merged[last.index] = weigh(gap, 0);
      lastGaps.set(report.connection, { index: last.index, gap });
      continue;
    }
    if (report.kind === 'framesMissed') lastGaps.set(report.connection, { index: merged.length, gap: report });
    merged.push(entry);
  }
  return merged;
}

function endOf({ firstSeq, count }: FramesMissed): number {
  return firstSeq + count;
}

function sumBytes(entries: readonly Weighed<unknown>[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** An object and a few numbers. */
const REPORT_BYTES = 100;

/** About what a report takes in memory: strings at two bytes a unit. */
export function bytesOf(report: PageReport): number {
  switch (report.kind) {
    case 'framesCaptured': {
      const { count, text, bytes } = report.columns;
      return REPORT_BYTES + 25 * count + 2 * text.length + bytes.length;
    }
    case 'frameContent':
      return REPORT_BYTES + report.bytes.length;
    case 'frameHeld':
      return REPORT_BYTES + 2 * (report.text?.length ?? 0) + (report.bytes?.length ?? 0);
    case 'connectionCreated':
      return (
        REPORT_BYTES +
        2 * (report.url.length + report.protocols.reduce((sum, name) => sum + REPORT_BYTES + name.length, 0))
      );
    case 'connectionOpened':
      return REPORT_BYTES + 2 * (report.protocol.length + report.extensions.length);
    case 'closeRequested':
    case 'connectionClosed':
      return REPORT_BYTES + 2 * (report.reason?.length ?? 0);
    case 'connectionActs': {
      const { constructedAt, closedAt, handlerErrorText, buffered } = report;
      const texts = (constructedAt?.length ?? 0) + (closedAt?.length ?? 0) + handlerErrorText.length;
      return REPORT_BYTES + 2 * texts + 8 * buffered.length;
    }
    default:
      return REPORT_BYTES;
  }
}
