/**
 * The rows of a list of frames: those of one connection, or of all generations of a logical session one after the other,
 * each below a row that says which it is. Pure.
 */
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { FrameRow, FrameRows } from './frame-rows.ts';

export type ScopeRow =
  | { readonly record: ConnectionRecord; readonly row: FrameRow }
  /** The head of a generation. */
  | { readonly record: ConnectionRecord; readonly row: { readonly kind: 'generation' } };

export interface ScopePart {
  readonly record: ConnectionRecord;
  readonly rows: FrameRows;
}

export interface ScopeRows {
  readonly rowCount: number;
  at(row: number): ScopeRow | null;
  /** Of a generation's head with a `seq` below 0; -1 for none. */
  rowOf(connectionId: string, seq: number): number;
}

export const NO_SCOPE_ROWS: ScopeRows = { rowCount: 0, at: () => null, rowOf: () => -1 };

/** `hasHeads`: each part has a row above its frames. */
export function createScopeRows(parts: readonly ScopePart[], hasHeads: boolean): ScopeRows {
  const heads = hasHeads ? 1 : 0;
  let rowCount = 0;
  const placed = parts.map((part) => {
    const first = rowCount;
    rowCount += heads + part.rows.rowCount;
    return { ...part, first };
  });
  return {
    rowCount,
    at: (row) => {
      const part = placed.findLast(({ first }) => first <= row);
      if (!part || row < 0 || row >= rowCount) return null;
      const { record } = part;
      if (heads === 1 && row === part.first) return { record, row: { kind: 'generation' } };
      const inner = part.rows.at(row - part.first - heads);
      return inner && { record, row: inner };
    },
    rowOf: (connectionId, seq) => {
      const part = placed.find(({ record }) => record.connectionId === connectionId);
      if (!part) return -1;
      if (seq < 0) return heads === 1 ? part.first : -1;
      const inner = part.rows.rowOf(seq);
      return inner >= 0 ? part.first + heads + inner : -1;
    },
  };
}
