/** One transaction, whole or not at all. */
import { type IDBPTransaction, type StoreKey, type StoreNames, type StoreValue, unwrap } from 'idb';
import type { Database, StoreSchema } from './schema.ts';

export type StoreName = StoreNames<StoreSchema>;
export type WriteTransaction<Name extends StoreName = StoreName> = IDBPTransaction<StoreSchema, Name[], 'readwrite'>;

/**
 * Runs `body` in a transaction and gives its result once that has been committed. When `body` throws or a request
 * fails, everything is undone and the promise rejects. `body` may await nothing but reads of its transaction; it writes
 * with `put`, `add` and `remove`, which need no awaiting.
 *
 * Relaxed durability: a commit is in the operating system's hands, not yet on the disk. It survives the death of any
 * process of the browser; a power cut may take the last seconds.
 */
export async function inTransaction<Name extends StoreName, Result>(
  database: Database,
  stores: readonly Name[],
  body: (transaction: WriteTransaction<Name>) => Result | Promise<Result>,
): Promise<Result> {
  const transaction = database.transaction([...stores], 'readwrite', { durability: 'relaxed' });
  const done = transaction.done.then(
    () => true,
    () => false,
  );
  try {
    const result = await body(transaction);
    if (await done) return result;
  } catch (error) {
    abort(transaction);
    await done;
    // A failed request aborts with a reason of its own (QuotaExceededError), which says more than what came of it.
    throw transaction.error ?? error;
  }
  throw transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError');
}

/** Writes a row, over the one of the same key. A failure aborts the transaction. */
export function put<Name extends StoreName>(
  transaction: WriteTransaction<Name>,
  store: Name,
  row: StoreValue<StoreSchema, Name>,
): void {
  // The bare request: idb would make a promise of each, and each would have to be caught.
  unwrap(transaction.objectStore(store)).put(row);
}

/** Writes a row that must not be there yet; or, where the key is a number that counts by itself, a new one. */
export function add<Name extends StoreName>(
  transaction: WriteTransaction<Name>,
  store: Name,
  row: StoreValue<StoreSchema, Name>,
): void {
  unwrap(transaction.objectStore(store)).add(row);
}

/** Deletes a row or a range of rows. */
export function remove<Name extends StoreName>(
  transaction: WriteTransaction<Name>,
  store: Name,
  key: StoreKey<StoreSchema, Name> | IDBKeyRange,
): void {
  unwrap(transaction.objectStore(store)).delete(key);
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
