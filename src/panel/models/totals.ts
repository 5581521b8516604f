/** The sums of the status bar. */
import { closedBy, flagOf } from '../../analysis/connection-state.ts';
import type { ConnectionRecord, DocumentRecord, GapRecord } from '../../protocol/records.ts';

export interface Totals {
  readonly connections: number;
  /** Real abnormal closes. What was simulated is never counted with what is real. */
  readonly abnormal: number;
  /** Drops; handshakes that were refused on purpose are in neither. */
  readonly simulated: number;
  readonly frames: number;
  readonly bytes: number;
  /** Frames that were not recorded, by reason; `unlisted`: only counted, because there were too many gaps. */
  readonly missed: ReadonlyMap<GapRecord['reason'] | 'unlisted', number>;
  readonly rejected: number;
  readonly payloadsLeftOut: number;
}

export function sumUp(connections: readonly ConnectionRecord[], documents: Iterable<DocumentRecord>): Totals {
  let frames = 0;
  let bytes = 0;
  let abnormal = 0;
  let simulated = 0;
  const missed = new Map<GapRecord['reason'] | 'unlisted', number>();
  for (const record of connections) {
    frames += record.framesIn + record.framesOut;
    bytes += record.bytesIn + record.bytesOut;
    if (closedBy(record) === 'socketscope') simulated += record.refusedAtMs === undefined ? 1 : 0;
    else if (flagOf(record) === 'abnormal') abnormal++;
    let unlisted = record.framesMissed;
    for (const { reason, count } of record.gaps) {
      missed.set(reason, (missed.get(reason) ?? 0) + count);
      unlisted -= count;
    }
    if (unlisted > 0) missed.set('unlisted', (missed.get('unlisted') ?? 0) + unlisted);
  }
  let rejected = 0;
  let payloadsLeftOut = 0;
  for (const document of documents) {
    rejected += document.rejected;
    payloadsLeftOut += document.payloadsLeftOut;
  }
  return { connections: connections.length, abnormal, simulated, frames, bytes, missed, rejected, payloadsLeftOut };
}

/** Whole percent, 100 only when it is all. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((100 * part) / whole);
}
