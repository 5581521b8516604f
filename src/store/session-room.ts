/**
 * What a session that has grown large still takes in: without this a page that is recorded could fill the disk. Pure.
 * Payloads go first, then frames, of which the count stays as a gap; what is stored already is never touched.
 */
import { FRAME_TRUNCATED, type FrameColumns } from '../protocol/frame-columns.ts';
import { keepPayloads } from '../protocol/kept-payload.ts';
import { SESSION_FRAMES_SHARE } from '../protocol/limits.ts';
import type { StoredReport } from '../protocol/outside.ts';
import type { ParsedBatch } from './apply-batches.ts';

/**
 * The batches as a session of this size takes them, which may hold `payloadsBytes` before payloads are left out. What is
 * left out of them is counted in them.
 */
export function fitIntoSession(
  storedBytes: number,
  batches: readonly ParsedBatch[],
  payloadsBytes: number,
): readonly ParsedBatch[] {
  if (storedBytes < payloadsBytes) return batches;
  return batches.map(storedBytes < payloadsBytes * (1 + SESSION_FRAMES_SHARE) ? withoutPayloads : withoutFrames);
}

function withoutPayloads(batch: ParsedBatch): ParsedBatch {
  let { payloadsLeftOut = 0 } = batch;
  const reports = batch.reports.flatMap((report): readonly StoredReport[] => {
    if (report.kind === 'frameContent') return [];
    if (report.kind !== 'framesCaptured') return [report];
    const left = keepPayloads(report, 0) as typeof report;
    payloadsLeftOut += truncatedIn(left.columns) - truncatedIn(report.columns);
    return [left];
  });
  return { ...batch, reports, payloadsLeftOut };
}

/** New connections are refused, or a page could go on with their names. */
function withoutFrames(batch: ParsedBatch): ParsedBatch {
  const reports = batch.reports.flatMap((report): readonly StoredReport[] => {
    if (report.kind === 'frameContent' || isNewConnection(report)) return [];
    if (report.kind !== 'framesCaptured') return [report];
    const { connection, firstSeq, columns } = report;
    return [{ kind: 'framesMissed', connection, firstSeq, count: columns.count, reason: 'full' }];
  });
  const refused = batch.reports.filter(isNewConnection).length;
  return { ...batch, reports, surroundings: [], rejected: batch.rejected + refused };
}

function isNewConnection({ kind }: StoredReport): boolean {
  return kind === 'connectionCreated' || kind === 'connectionFound';
}

function truncatedIn({ flags }: FrameColumns): number {
  return flags.reduce((count, flag) => count + (flag & FRAME_TRUNCATED ? 1 : 0), 0);
}
