/** The sums of the status bar. */
import { closedBy, flagOf } from '../../analysis/connection-state.ts';
import { partSeen } from '../../analysis/coverage.ts';
import type { ConnectionRecord, DocumentRecord, GapRecord } from '../../protocol/records.ts';
import { createListDifference } from './list-difference.ts';

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
  /** Connections of which only frames, or only the handshake, were seen. */
  readonly framesOnly: number;
  readonly handshakeOnly: number;
}

export function sumUp(connections: readonly ConnectionRecord[], documents: Iterable<DocumentRecord>): Totals {
  return createTotals()(connections, documents);
}

/** Gives `sumUp` for a list that changes: only what has changed is counted again. */
export function createTotals(): typeof sumUp {
  let [frames, bytes, abnormal, simulated] = [0, 0, 0, 0];
  const seen = { whole: 0, framesOnly: 0, handshakeOnly: 0 };
  const missed = new Map<GapRecord['reason'] | 'unlisted', number>();

  function miss(reason: GapRecord['reason'] | 'unlisted', count: number): void {
    const sum = (missed.get(reason) ?? 0) + count;
    if (sum === 0) missed.delete(reason);
    else missed.set(reason, sum);
  }

  /** `sign`: 1 or -1. */
  function count(record: ConnectionRecord, sign: number): void {
    frames += sign * (record.framesIn + record.framesOut);
    bytes += sign * (record.bytesIn + record.bytesOut);
    if (closedBy(record) === 'socketscope') simulated += record.refusedAtMs === undefined ? sign : 0;
    else if (flagOf(record) === 'abnormal') abnormal += sign;
    seen[partSeen(record)] += sign;
    let unlisted = record.framesMissed;
    for (const gap of record.gaps) {
      miss(gap.reason, sign * gap.count);
      unlisted -= gap.count;
    }
    if (unlisted > 0) miss('unlisted', sign * unlisted);
  }

  const follow = createListDifference<ConnectionRecord>({
    gone: (record) => count(record, -1),
    came: (record) => count(record, 1),
  });

  return (connections, documents) => {
    follow(connections);
    let rejected = 0;
    let payloadsLeftOut = 0;
    for (const document of documents) {
      rejected += document.rejected;
      payloadsLeftOut += document.payloadsLeftOut;
    }
    const { framesOnly, handshakeOnly } = seen;
    const counts = { connections: connections.length, abnormal, simulated, frames, bytes };
    return { ...counts, framesOnly, handshakeOnly, missed: new Map(missed), rejected, payloadsLeftOut };
  };
}

/** Whole percent, 100 only when it is all. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((100 * part) / whole);
}
