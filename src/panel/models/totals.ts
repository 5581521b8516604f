/** The sums of the status bar. */
import type { ConnectionRecord, DocumentRecord, GapRecord } from '../../protocol/records.ts';

export interface Totals {
  readonly connections: number;
  readonly abnormal: number;
  readonly frames: number;
  readonly bytes: number;
  /** Frames that were not recorded, by reason; `unlisted`: only counted, because there were too many gaps. */
  readonly missed: ReadonlyMap<GapRecord['reason'] | 'unlisted', number>;
  readonly rejected: number;
}

/** `isAbnormal` decides what counts as an abnormal close. */
export function sumUp(
  connections: readonly ConnectionRecord[],
  documents: Iterable<DocumentRecord>,
  isAbnormal: (record: ConnectionRecord) => boolean,
): Totals {
  let frames = 0;
  let bytes = 0;
  let abnormal = 0;
  const missed = new Map<GapRecord['reason'] | 'unlisted', number>();
  for (const record of connections) {
    frames += record.framesIn + record.framesOut;
    bytes += record.bytesIn + record.bytesOut;
    if (isAbnormal(record)) abnormal++;
    let unlisted = record.framesMissed;
    for (const { reason, count } of record.gaps) {
      missed.set(reason, (missed.get(reason) ?? 0) + count);
      unlisted -= count;
    }
    if (unlisted > 0) missed.set('unlisted', (missed.get('unlisted') ?? 0) + unlisted);
  }
  let rejected = 0;
  for (const document of documents) rejected += document.rejected;
  return { connections: connections.length, abnormal, frames, bytes, missed, rejected };
}
