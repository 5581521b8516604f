/**
 * Writes what is known of handshakes that are nobody's, as rows of the documents that they are recorded as. Remembers which
 * of them the rows do not tell in full.
 */
import type { OutsideReport } from '../protocol/outside.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { DocumentIdentity } from '../store/write-batches.ts';
import type { Writer } from '../store/writer.ts';
import { onClockOf, reportsOf } from './handshake-reports.ts';
import type { Handshake, OutsideDocument, OutsideTab } from './outside-tab.ts';

export interface OutsideRowsEdges {
  readonly writer: Pick<Writer, 'write'>;
  onChanged(tabId: number, rows: ChangedRows): void;
}

export interface OutsideRows {
  /** More is known of these than is written. */
  mark(tabId: number, handshakes: readonly Handshake[]): void;
  /** Writes all that is marked. Rejects when the store fails: the rest stays marked. */
  writeMarked(tabId: number, state: OutsideTab): Promise<void>;
  write(tabId: number, state: OutsideTab, document: OutsideDocument, reports: readonly OutsideReport[]): Promise<void>;
  forget(tabId: number): void;
}

export function createOutsideRows({ writer, onChanged }: OutsideRowsEdges): OutsideRows {
  /** Keys of handshakes whose rows may not say all that is known. */
  const unwritten = new Map<number, Set<string>>();

  async function write(
    tabId: number,
    { sessionId }: OutsideTab,
    document: OutsideDocument,
    reports: readonly OutsideReport[],
  ): Promise<void> {
    const { documentId, frameId, url, timeOriginMs, goneAtMs } = document;
    const identity: DocumentIdentity = { documentId, sessionId, tabId, frameId, url, timeOriginMs };
    const batch = {
      batch: 'next' as const,
      reports: reports.map((report) => onClockOf(timeOriginMs, report)),
      rejected: 0,
      goneAtMs,
    };
    const outcome = await writer.write(identity, [batch]);
    if (outcome.kind === 'written') onChanged(tabId, outcome);
  }

  return {
    mark: (tabId, handshakes) => {
      const keys = unwritten.get(tabId) ?? new Set();
      for (const { key } of handshakes) keys.add(key);
      unwritten.set(tabId, keys);
    },
    writeMarked: async (tabId, state) => {
      const keys = unwritten.get(tabId);
      if (!keys) return;
      for (const { key, pairedWith } of state.handshakes) if (pairedWith !== null) keys.delete(key);
      for (const document of state.documents) {
        const handshakes = state.handshakes.filter(
          ({ key, recordedAs }) => keys.has(key) && recordedAs?.documentId === document.documentId,
        );
        if (handshakes.length === 0) continue;
        // Before writing: what is learned meanwhile has to be written, too.
        for (const { key } of handshakes) keys.delete(key);
        try {
          await write(tabId, state, document, handshakes.flatMap(reportsOf));
        } catch (error) {
          for (const { key } of handshakes) keys.add(key);
          throw error;
        }
      }
    },
    write,
    forget: (tabId) => {
      unwritten.delete(tabId);
    },
  };
}
