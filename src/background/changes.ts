/** Tells panels what has been written: the first change at once, then what has gathered, at most every CHANGES_MS. */
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import type { PanelUpdate } from '../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord } from '../protocol/records.ts';
import type { EvidenceRows } from '../store/evidence.ts';

export const CHANGES_MS = 50;

type Changed = Extract<PanelUpdate, { kind: 'changed' | 'evidence' }>;

export interface Changes {
  /** Rows as they have just been committed. */
  add(tabId: number, document: DocumentRecord, connections: readonly ConnectionRecord[]): void;
  addEvidence(tabId: number, sessionId: string, rows: Partial<EvidenceRows>): void;
}

interface Gathered {
  readonly sessionId: string;
  readonly documents: Map<string, DocumentRecord>;
  readonly connections: Map<string, ConnectionRecord>;
  readonly handshakes: Map<string, HandshakeRecord>;
  readonly probes: Map<string, ProbeRecord>;
  readonly context: ContextRecord[];
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
    const fresh: Gathered = {
      sessionId,
      documents: new Map(),
      connections: new Map(),
      handshakes: new Map(),
      probes: new Map(),
      context: [],
    };
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
    for (const [tabId, { sessionId, documents, connections, handshakes, probes, context }] of all) {
      if (documents.size + connections.size > 0) {
        tell(tabId, {
          kind: 'changed',
          sessionId,
          documents: [...documents.values()],
          connections: [...connections.values()],
        });
      }
      if (handshakes.size + probes.size + context.length > 0) {
        tell(tabId, {
          kind: 'evidence',
          sessionId,
          handshakes: [...handshakes.values()],
          probes: [...probes.values()],
          context,
        });
      }
    }
  }

  return {
    add: (tabId, document, connections) => {
      const { documents, connections: rows } = gatheredOf(tabId, document.sessionId);
      documents.set(document.documentId, document);
      for (const row of connections) rows.set(row.connectionId, row);
      if (!isResting) flush();
    },
    addEvidence: (tabId, sessionId, { handshakes = [], probes = [], context = [] }) => {
      if (handshakes.length + probes.length + context.length === 0) return;
      const mine = gatheredOf(tabId, sessionId);
      for (const row of handshakes) mine.handshakes.set(row.handshakeId, row);
      for (const row of probes) mine.probes.set(row.probeId, row);
      mine.context.push(...context);
      if (!isResting) flush();
    },
  };
}
