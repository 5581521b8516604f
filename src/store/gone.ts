/** What becomes of a document's connections when it goes away, and when it comes back from the back/forward cache. */
import type { ConnectionRecord, DocumentRecord } from '../protocol/records.ts';
import { documentRange } from './keys.ts';
import type { WriteTransaction } from './transaction.ts';

/** Open connections of a document that is gone, as they must be stored. `changed` are newer than what is stored. */
export async function goneConnections(
  transaction: Pick<WriteTransaction<'connections'>, 'objectStore'>,
  { documentId, goneAtMs }: DocumentRecord,
  changed: ReadonlyMap<number, ConnectionRecord>,
): Promise<readonly ConnectionRecord[]> {
  const rows = await transaction.objectStore('connections').getAll(documentRange(documentId));
  const newest = new Map(rows.map((row) => [row.connection, row]));
  for (const [number, row] of changed) newest.set(number, row);
  return [...newest.values()].filter(({ close }) => close === null).map((row) => ({ ...row, goneAtMs }));
}
