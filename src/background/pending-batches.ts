/** Batches that wait to be written, and how many of them one transaction takes. Pure. */
import type { StoredReport } from '../protocol/outside.ts';
import type { ParsedBatch } from '../store/apply-batches.ts';
import type { DocumentIdentity } from '../store/write-batches.ts';

export interface PendingBatch extends ParsedBatch {
  readonly identity: DocumentIdentity;
}

const BATCHES_PER_TRANSACTION = 16;
/**
 * UTF-16 units of text and bytes. More than about 2 MB SQLite writes to the disk before the commit, and when that is full
 * Firefox undoes the transaction only in part: see the barrier in `write-batches.ts`. A single batch may still be larger.
 */
const TRANSACTION_PAYLOAD = 1024 * 1024;

/** Takes the next batches out of `pending`: one at least if there is any, all of one document. */
export function takeTogether(pending: PendingBatch[]): readonly PendingBatch[] {
  const documentId = pending[0]?.identity.documentId;
  let count = 0;
  let payload = 0;
  for (const { identity, reports } of pending) {
    payload += payloadOf(reports);
    const isTooMuch = count > 0 && payload > TRANSACTION_PAYLOAD;
    if (isTooMuch || identity.documentId !== documentId || count === BATCHES_PER_TRANSACTION) break;
    count++;
  }
  return pending.splice(0, count);
}

function payloadOf(reports: readonly StoredReport[]): number {
  return reports.reduce((sum, report) => {
    if (report.kind === 'frameContent') return sum + report.bytes.length;
    return report.kind === 'framesCaptured' ? sum + report.columns.text.length + report.columns.bytes.length : sum;
  }, 0);
}
