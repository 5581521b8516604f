/** Tells panels what has been written: the first change at once, then what has gathered, at most every CHANGES_MS. */
import type { PanelUpdate } from '../protocol/panel-link.ts';
import type { ConnectionRecord, DocumentRecord } from '../protocol/records.ts';

export const CHANGES_MS = 50;

type Changed = Extract<PanelUpdate, { kind: 'changed' }>;

export interface Changes {
  /** Rows as they have just been committed. */
  add(tabId: number, document: DocumentRecord, connections: readonly ConnectionRecord[]): void;
}

interface Gathered {
  readonly sessionId: string;
  readonly documents: Map<string, DocumentRecord>;
  readonly connections: Map<string, ConnectionRecord>;
}

export function createChanges(
  tell: (tabId: number, changed: Changed) => void,
  callAfter: (delayMs: number, callback: () => void) => void,
): Changes {
  /** By tab. */
  const gathered = new Map<number, Gathered>();
  let isResting = false;

  function gatheredOf(tabId: number, sessionId: string): Gathered {
    const known = gathered.get(tabId);
    if (known?.sessionId === sessionId) return known;
    const fresh = { sessionId, documents: new Map(), connections: new Map() };
    gathered.set(tabId, fresh);
    return fresh;
  }

  function flush(): void {
    if (gathered.size === 0) {
      isResting = false;
      return;
    }
    isResting = true;
    callAfter(CHANGES_MS, flush);
    const all = [...gathered];
    gathered.clear();
    for (const [tabId, { sessionId, documents, connections }] of all) {
      tell(tabId, {
        kind: 'changed',
        sessionId,
        documents: [...documents.values()],
        connections: [...connections.values()],
      });
    }
  }

  return {
    add: (tabId, document, connections) => {
      const { documents, connections: rows } = gatheredOf(tabId, document.sessionId);
      documents.set(document.documentId, document);
      for (const row of connections) rows.set(row.connectionId, row);
      if (!isResting) flush();
    },
  };
}
