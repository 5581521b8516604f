/** Batches that wait to be written, how many of them one transaction takes, and when. Pure. */
import { connectionsIn, type ParsedBatch } from '../store/apply-batches.ts';
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

/**
 * When a transaction cost so much (see `costOf`) a page is flooded, and what comes next waits for more: rows are written
 * for each connection, and half as many transactions cost the database, the browser and the panel about half as much.
 */
const FLOOD_COST = 256;
/** Writing the rows of a connection costs about as much as so many frames of one that is written anyway. */
const CONNECTION_COST = 8;
/** From the beginning of one transaction of a flood to the next. All is stored within a quarter of a second of the last frame. */
export const FLOOD_WRITE_MS = 150;

/**
 * How long `pending` may wait for more, milliseconds, when the transaction before it cost so much and began so long
 * ago. What a document says in its last moment does not wait.
 */
export function gatherMs(lastCost: number, sinceMs: number, pending: readonly PendingBatch[]): number {
  const isFarewell = pending.some(({ goneAtMs }) => goneAtMs !== null);
  const isMuch = pending.length >= BATCHES_PER_TRANSACTION || sum(pending, payloadOf) >= TRANSACTION_PAYLOAD;
  if (lastCost < FLOOD_COST || isFarewell || isMuch) return 0;
  // A clock that was set back is no reason to wait for longer.
  return Math.min(Math.max(0, FLOOD_WRITE_MS - sinceMs), FLOOD_WRITE_MS);
}

/** Takes the next batches out of `pending`: one at least if there is any, all of one document. */
export function takeTogether(pending: PendingBatch[]): readonly PendingBatch[] {
  const documentId = pending[0]?.identity.documentId;
  let count = 0;
  let payload = 0;
  for (const batch of pending) {
    payload += payloadOf(batch);
    const isTooMuch = count > 0 && payload > TRANSACTION_PAYLOAD;
    if (isTooMuch || batch.identity.documentId !== documentId || count === BATCHES_PER_TRANSACTION) break;
    count++;
  }
  return pending.splice(0, count);
}

function payloadOf({ reports }: ParsedBatch): number {
  return sum(reports, (report) => {
    if (report.kind === 'frameContent') return report.bytes.length;
    return report.kind === 'framesCaptured' ? report.columns.text.length + report.columns.bytes.length : 0;
  });
}

/** What it costs to write the batches in one transaction, in frames. */
export function costOf(batches: readonly ParsedBatch[]): number {
  const frames = sum(batches, ({ reports }) =>
    sum(reports, (report) => (report.kind === 'framesCaptured' ? report.columns.count : 0)),
  );
  return frames + CONNECTION_COST * connectionsIn(batches).size;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
