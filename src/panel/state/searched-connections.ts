/** Connections as the searcher has to know them, and which of them have changed since it was told. */
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { SearchedConnection } from '../search-worker/messages.ts';

export function searchedOf(record: ConnectionRecord): SearchedConnection {
  const { connectionId, url, protocols, protocol, close, nextSeq } = record;
  return { connectionId, url, protocols, protocol, closeCode: close?.code ?? null, nextSeq };
}

export interface Changes {
  /** These are known. */
  reset(records: readonly ConnectionRecord[]): void;
  /** Those that are not known as they are now; from then on they are. */
  take(records: readonly ConnectionRecord[]): readonly SearchedConnection[];
}

export function createChanges(): Changes {
  let known = new Map<string, ConnectionRecord>();
  const byId = (records: readonly ConnectionRecord[]) =>
    new Map(records.map((record) => [record.connectionId, record] as const));

  return {
    reset: (records) => {
      known = byId(records);
    },
    take: (records) => {
      const changed = records.filter((record) => {
        const before = known.get(record.connectionId);
        return before !== record && (!before || hasChanged(before, record));
      });
      known = byId(records);
      return changed.map(searchedOf);
    },
  };
}

function hasChanged(before: ConnectionRecord, after: ConnectionRecord): boolean {
  return (
    before.nextSeq !== after.nextSeq ||
    before.close?.code !== after.close?.code ||
    before.protocol !== after.protocol ||
    before.url !== after.url
  );
}
