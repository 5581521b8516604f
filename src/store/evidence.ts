/**
 * Writes what others than the page told: handshakes, probes, and what happened around the connections. Rows count to the
 * size of their session; one that is full takes no more of them, and what it has already is still kept up to date.
 */
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import { SESSION_BYTES } from '../protocol/limits.ts';
import type { ContextRecord, SessionRecord } from '../protocol/records.ts';
import { changeHandshake, type HandshakeChange } from './handshake-change.ts';
import { contextBytes, handshakeBytes, probeBytes } from './row-bytes.ts';
import type { RowCache } from './row-cache.ts';
import type { Database } from './schema.ts';
import { add, inTransaction, put, type WriteTransaction } from './transaction.ts';

/** Rows of one session. */
export interface EvidenceRows {
  readonly handshakes: readonly HandshakeRecord[];
  readonly probes: readonly ProbeRecord[];
  readonly context: readonly ContextRecord[];
}

export const NO_EVIDENCE: EvidenceRows = { handshakes: [], probes: [], context: [] };

const STORES = ['sessions', 'handshakes', 'probes', 'context'] as const;
type Transaction = WriteTransaction<(typeof STORES)[number]>;

/**
 * Writes rows, over those of the same key. Gives those that were written: none where the session has been deleted, and no
 * new ones where it is full.
 */
export async function writeEvidence(
  database: Database,
  cache: RowCache,
  sessionId: string,
  rows: EvidenceRows,
): Promise<EvidenceRows> {
  const written = await inTransaction(database, STORES, async (transaction) => {
    const session = cache.session(sessionId) ?? (await transaction.objectStore('sessions').get(sessionId));
    return session ? await store(transaction, session, rows) : null;
  });
  if (!written) return NO_EVIDENCE;
  cache.keepSession(written.session);
  return written.rows;
}

/** Brings rows of handshakes up to date. Gives those that have changed. */
export async function changeHandshakes(
  database: Database,
  cache: RowCache,
  sessionId: string,
  changes: readonly HandshakeChange[],
): Promise<EvidenceRows> {
  const known = new Map<string, HandshakeRecord | null>();
  for (const { handshakeId } of changes) {
    if (!known.has(handshakeId)) known.set(handshakeId, (await database.get('handshakes', handshakeId)) ?? null);
  }
  const changed = new Map<string, HandshakeRecord>();
  for (const change of changes) {
    const { handshakeId } = change;
    const before = changed.get(handshakeId) ?? known.get(handshakeId) ?? null;
    const row = changeHandshake(before, sessionId, change);
    if (row && row !== before) changed.set(handshakeId, row);
  }
  if (changed.size === 0) return NO_EVIDENCE;
  return await writeEvidence(database, cache, sessionId, { ...NO_EVIDENCE, handshakes: [...changed.values()] });
}

async function store(
  transaction: Transaction,
  session: SessionRecord,
  { handshakes, probes, context }: EvidenceRows,
): Promise<{ readonly session: SessionRecord; readonly rows: EvidenceRows }> {
  const [knownHandshakes, knownProbes] = await Promise.all([
    Promise.all(handshakes.map(({ handshakeId }) => transaction.objectStore('handshakes').get(handshakeId))),
    Promise.all(probes.map(({ probeId }) => transaction.objectStore('probes').get(probeId))),
  ]);
  let { storedBytes } = session;
  const takes = (addedBytes: number, isKnown: boolean) => {
    if (!isKnown && storedBytes >= SESSION_BYTES) return false;
    storedBytes += addedBytes;
    return true;
  };
  const taken: EvidenceRows = {
    handshakes: handshakes.filter((row, i) => {
      const known = knownHandshakes[i];
      return takes(handshakeBytes(row) - handshakeBytes(known), known !== undefined);
    }),
    probes: probes.filter((row, i) => {
      const known = knownProbes[i];
      return takes(probeBytes(row) - probeBytes(known), known !== undefined);
    }),
    context: context.filter((row) => takes(contextBytes(row), false)),
  };
  for (const row of taken.handshakes) put(transaction, 'handshakes', row);
  for (const row of taken.probes) put(transaction, 'probes', row);
  for (const row of taken.context) add(transaction, 'context', row);
  const grown = { ...session, storedBytes };
  put(transaction, 'sessions', grown);
  return { session: grown, rows: taken };
}
