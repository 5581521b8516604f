/**
 * What the rows of documents and connections take in the database, beside their frames: without it a page could fill the
 * store with rows of long names that no limit ever sees. Estimates, in bytes; pure.
 */
import type { ConnectionRecord, DocumentRecord } from '../protocol/records.ts';

/** The names of the fields, the numbers, keys and ids of a row, and its entries in the indexes. */
const ROW_BYTES = 512;
const GAP_BYTES = 32;

export function documentBytes({ url }: DocumentRecord): number {
  return ROW_BYTES + url.length;
}

/** 0 where there is no row. Text counts a byte per UTF-16 unit, as everywhere in the store. */
export function connectionBytes(row: ConnectionRecord | null): number {
  if (!row) return 0;
  const texts = [
    row.url,
    ...row.protocols,
    row.protocol,
    row.extensions,
    row.closeRequested?.reason,
    row.close?.reason,
  ];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), ROW_BYTES + row.gaps.length * GAP_BYTES);
}
