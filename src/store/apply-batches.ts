/** What a run of batches makes of the rows that it concerns. Pure; `write-batches.ts` loads the rows and stores the result. */

import { columnsFrom } from '../protocol/frame-columns.ts';
import type { StoredReport } from '../protocol/outside.ts';
import type { ConnectionRecord, ContentRecord, ContextRecord, DocumentRecord } from '../protocol/records.ts';
import type { SurroundingReport } from '../protocol/surroundings.ts';
import { applyReport } from './apply.ts';
import type { FrameRun } from './chunks.ts';
import { documentGone } from './gone.ts';

/** A batch of a content script, or of the background itself, its reports parsed. */
export interface ParsedBatch {
  /**
   * `next`: of a document that the background writes by itself, from what others may tell twice. What is known already is
   * then passed over and not counted as refused.
   */
  readonly batch: number | 'next';
  readonly reports: readonly StoredReport[];
  /** None where it is not said. */
  readonly surroundings?: readonly SurroundingReport[] | undefined;
  /** Refused on the way since the batch before. */
  readonly rejected: number;
  /** See `Batch`; none where it is not said. */
  readonly payloadsLeftOut?: number;
  readonly goneAtMs: number | null;
}

export interface AppliedBatches {
  readonly document: DocumentRecord;
  /** Connections that changed, by their number in the document. */
  readonly connections: ReadonlyMap<number, ConnectionRecord>;
  /** New frames of these, in order. */
  readonly runs: ReadonlyMap<number, readonly FrameRun[]>;
  readonly contents: readonly ContentRecord[];
  readonly context: readonly ContextRecord[];
  /** True when a batch was missing: what comes after the hole was not applied. */
  readonly ahead: boolean;
}

/** Batches that are committed already are passed over: they come again when their acknowledgement was lost. */
export function applyBatches(
  document: DocumentRecord,
  known: ReadonlyMap<number, ConnectionRecord>,
  batches: readonly ParsedBatch[],
): AppliedBatches {
  const connections = new Map<number, ConnectionRecord>();
  const runs = new Map<number, FrameRun[]>();
  const contents: ContentRecord[] = [];
  const context: ContextRecord[] = [];
  let { committedBatch, rejected, payloadsLeftOut, goneAtMs } = document;
  let ahead = false;

  for (const batch of batches) {
    const isOwn = batch.batch === 'next';
    const batchNumber = batch.batch === 'next' ? committedBatch + 1 : batch.batch;
    if (batchNumber <= committedBatch) continue;
    if (batchNumber !== committedBatch + 1) {
      ahead = true;
      break;
    }
    for (const report of batch.reports) {
      const number = report.connection;
      const row = connections.get(number) ?? known.get(number) ?? null;
      const fresh = isOwn ? withoutKnown(row, report) : report;
      const applied = fresh && applyReport(row, fresh, document);
      if (!applied) {
        if (!isOwn) rejected++;
        continue;
      }
      connections.set(number, applied.connection);
      if (applied.frames) append(runs, number, applied.frames);
      if (applied.content) contents.push(applied.content);
      if (applied.droppedAtMs !== undefined) context.push(dropped(applied.connection, applied.droppedAtMs));
    }
    for (const report of batch.surroundings ?? []) context.push(surrounding(document, report));
    committedBatch = batchNumber;
    rejected += batch.rejected;
    payloadsLeftOut += batch.payloadsLeftOut ?? 0;
    if (goneAtMs === null && batch.goneAtMs !== null) {
      goneAtMs = batch.goneAtMs;
      context.push(documentGone(document, goneAtMs));
    }
  }
  const changed = { ...document, committedBatch, rejected, payloadsLeftOut, goneAtMs };
  return { document: changed, connections, runs, contents, context, ahead };
}

/** Frames that are stored already are cut off; null when none is left. */
function withoutKnown(known: ConnectionRecord | null, report: StoredReport): StoredReport | null {
  if (!known || (report.kind !== 'framesCaptured' && report.kind !== 'framesMissed')) return report;
  const knownCount = Math.max(0, known.nextSeq - report.firstSeq);
  if (knownCount === 0) return report;
  const count = (report.kind === 'framesCaptured' ? report.columns.count : report.count) - knownCount;
  if (count <= 0) return null;
  return report.kind === 'framesMissed'
    ? { ...report, firstSeq: known.nextSeq, count }
    : { ...report, firstSeq: known.nextSeq, columns: columnsFrom(report.columns, knownCount) };
}

/** The connection numbers that the batches speak of. */
export function connectionsIn(batches: readonly ParsedBatch[]): ReadonlySet<number> {
  return new Set(batches.flatMap(({ reports }) => reports.map(({ connection }) => connection)));
}

function append(runs: Map<number, FrameRun[]>, number: number, run: FrameRun): void {
  const list = runs.get(number);
  if (list) list.push(run);
  else runs.set(number, [run]);
}

function surrounding(
  { sessionId, documentId, timeOriginMs }: DocumentRecord,
  { atMs, ...report }: SurroundingReport,
): ContextRecord {
  return { sessionId, documentId, connectionId: null, atMs: timeOriginMs + atMs, ...report };
}

function dropped({ sessionId, documentId, connectionId }: ConnectionRecord, atMs: number): ContextRecord {
  return { sessionId, documentId, connectionId, atMs, kind: 'dropped' };
}
