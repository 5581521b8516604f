/**
 * A session arranged for the rules: lives by endpoint, surroundings in order of time, the second sources of each
 * connection. Built once per analysis; n log n for n connections.
 */
import type { HandshakeRecord, ProbeRecord } from '../../protocol/evidence.ts';
import { isOutsideDocument } from '../../protocol/outside.ts';
import type { ContextRecord, DocumentRecord } from '../../protocol/records.ts';
import { createLeaving } from '../leaving.ts';
import { firstAfter, firstAtOrAfter } from '../numbers.ts';
import { findReconnects } from '../reconnects.ts';
import { finite, type Life, lifeOf } from './life.ts';
import type { SessionFacts } from './session-facts.ts';
import { createSurvivors, type SurvivorsAt } from './survivors.ts';

/** All connections to one endpoint, in the order of their creation; none that is labelled. */
export interface Endpoint {
  readonly name: string;
  readonly lives: readonly Life[];
}

export interface SessionView {
  readonly facts: SessionFacts;
  readonly untilMs: number;
  /** Every connection, in the order of creation. */
  readonly lives: readonly Life[];
  readonly byId: ReadonlyMap<string, Life>;
  /** Without labelled ones. */
  readonly endpoints: readonly Endpoint[];
  readonly documents: ReadonlyMap<string, DocumentRecord>;
  readonly context: readonly ContextRecord[];
  /** The handshake that tells most about a connection: a refused one may have been recorded by two sources. */
  handshakeOf(life: Life): HandshakeRecord | null;
  /** The probe of this connection, or the latest of its endpoint that was asked after it failed and soon. */
  probeOf(life: Life): ProbeRecord | null;
  /** What happened around a connection from `fromMs` to `toMs`, both included: in its document, or to the whole machine. */
  around(life: Life, kinds: readonly ContextRecord['kind'][], fromMs: number, toMs: number): readonly ContextRecord[];
  /** The latest of these kinds around a connection, at `atMs` or before; null: none. */
  lastBefore(life: Life, kinds: readonly ContextRecord['kind'][], atMs: number): ContextRecord | null;
  readonly survivorsAt: SurvivorsAt;
}

/** A probe says something about a failure that is not older than this. */
export const PROBE_WITHIN_MS = 60_000;
/** What happens to all documents at once. */
const MACHINE_WIDE: ReadonlySet<ContextRecord['kind']> = new Set(['online', 'offline', 'connectionChanged', 'woke']);
/** Where rows that belong to no document are found. */
const EVERY_DOCUMENT = '';
/** So many rows of one kind around a connection are enough. */
const MAX_AROUND = 100;

export function viewOf(facts: SessionFacts): SessionView {
  const documents = new Map(facts.documents.map((document) => [document.documentId, document]));
  const connections = createLeaving()(facts.connections, documents);
  const reconnects = findReconnects(connections);
  const context = facts.context.filter(({ atMs }) => Number.isFinite(atMs)).sort((a, b) => a.atMs - b.atMs);
  const surroundings = indexOf(context);
  const refused = new Set(facts.handshakes.filter(({ refusedByUs }) => refusedByUs).map((row) => row.connectionId));
  const replaced = replacedDocuments(facts.documents, context);
  const lives = connections
    .map((record) => {
      const digest = facts.digests.get(record.connectionId) ?? null;
      const life = lifeOf(record, digest, reconnects.get(record.connectionId) ?? null);
      if (refused.has(life.id) && life.openedMs === null) return { ...life, label: 'simulated' as const };
      const isPutAway = life.endMs === null && replaced.has(record.documentId);
      return isPutAway && life.label === null ? { ...life, label: 'page-left' as const } : life;
    })
    .sort((a, b) => a.createdMs - b.createdMs);
  const handshakes = bestHandshakes(facts.handshakes);
  const probes = latestBy(facts.probes, ({ connectionId }) => connectionId);
  const byId = new Map(lives.map((life) => [life.id, life]));
  const endpointProbes = latestBy(facts.probes, ({ connectionId }) => byId.get(connectionId)?.endpoint ?? '');
  return {
    facts,
    untilMs: finite(facts.untilMs) ?? 0,
    lives,
    byId,
    endpoints: groupBy(
      lives.filter(({ label }) => label === null),
      ({ endpoint }) => endpoint,
    ).map(([name, group]) => ({ name, lives: group })),
    documents,
    context,
    survivorsAt: createSurvivors(lives),
    handshakeOf: ({ id }) => handshakes.get(id) ?? null,
    probeOf: (life) => {
      const own = probes.get(life.id);
      if (own) return own;
      const other = endpointProbes.get(life.endpoint);
      const agoMs = other && life.endMs !== null ? other.askedAtMs - life.endMs : -1;
      return other && agoMs >= 0 && agoMs <= PROBE_WITHIN_MS ? other : null;
    },
    around: (life, kinds, fromMs, toMs) =>
      surroundings
        .rowsOf(life, kinds)
        .flatMap(({ rows, times }) => {
          const first = firstAtOrAfter(times, fromMs);
          return rows.slice(first, Math.min(first + MAX_AROUND, firstAfter(times, toMs)));
        })
        .sort((a, b) => a.atMs - b.atMs),
    lastBefore: (life, kinds, atMs) => {
      let last: ContextRecord | null = null;
      for (const { rows, times } of surroundings.rowsOf(life, kinds)) {
        const row = rows[firstAfter(times, atMs) - 1];
        if (row && (!last || row.atMs >= last.atMs)) last = row;
      }
      return last;
    },
  };
}

interface TimedRows {
  readonly rows: ContextRecord[];
  readonly times: number[];
}

/** Rows by kind and document, so that looking them up costs no more than a binary search. */
function indexOf(context: readonly ContextRecord[]): {
  rowsOf(life: Life, kinds: readonly ContextRecord['kind'][]): readonly TimedRows[];
} {
  const index = new Map<ContextRecord['kind'], Map<string, TimedRows>>();
  for (const row of context) {
    const documentId = MACHINE_WIDE.has(row.kind) ? EVERY_DOCUMENT : (row.documentId ?? EVERY_DOCUMENT);
    const byDocument = index.get(row.kind) ?? new Map<string, TimedRows>();
    const known = byDocument.get(documentId) ?? { rows: [], times: [] };
    known.rows.push(row);
    known.times.push(row.atMs);
    byDocument.set(documentId, known);
    index.set(row.kind, byDocument);
  }
  return {
    rowsOf: ({ record }, kinds) => {
      const found: TimedRows[] = [];
      for (const kind of kinds) {
        const byDocument = index.get(kind);
        if (!byDocument) continue;
        for (const documentId of [EVERY_DOCUMENT, record.documentId]) {
          const rows = byDocument.get(documentId);
          if (rows) found.push(rows);
        }
      }
      return found;
    },
  };
}

/**
 * Documents in whose frame another one has been opened since, and which have not come back: they have gone, or are kept in
 * the back/forward cache, from where no end of a connection is told.
 */
function replacedDocuments(
  documents: readonly DocumentRecord[],
  context: readonly ContextRecord[],
): ReadonlySet<string> {
  const shown = new Map<string, number>();
  for (const { kind, documentId, atMs } of context) {
    if (kind === 'pageShown' && documentId !== null) shown.set(documentId, atMs);
  }
  const replaced = new Set<string>();
  const latest = new Map<string, DocumentRecord>();
  const seenMs = ({ documentId, openedAtMs }: DocumentRecord) => Math.max(openedAtMs, shown.get(documentId) ?? 0);
  for (const document of documents) {
    if (isOutsideDocument(document.documentId)) continue;
    const frame = `${document.tabId} ${document.frameId}`;
    const other = latest.get(frame);
    const isNewer = !other || seenMs(document) >= seenMs(other);
    if (other) replaced.add((isNewer ? other : document).documentId);
    if (isNewer) latest.set(frame, document);
  }
  return replaced;
}

/** Groups in the order of their first members. */
export function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [key: string, group: readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups];
}

function tells({ outcome, status, networkError, toldBy }: HandshakeRecord): number {
  if (status !== null) return 4;
  if (outcome === 'failed' && networkError !== null && !/ERR_FAILED/.test(networkError)) {
    return toldBy === 'network' ? 3 : 2;
  }
  return outcome === 'pending' ? 0 : 1;
}

function bestHandshakes(handshakes: readonly HandshakeRecord[]): ReadonlyMap<string, HandshakeRecord> {
  const best = new Map<string, HandshakeRecord>();
  for (const handshake of handshakes) {
    const { connectionId } = handshake;
    if (connectionId === null) continue;
    const known = best.get(connectionId);
    if (!known || tells(handshake) > tells(known)) best.set(connectionId, handshake);
  }
  return best;
}

/** Only answered ones. */
function latestBy(
  probes: readonly ProbeRecord[],
  keyOf: (probe: ProbeRecord) => string,
): ReadonlyMap<string, ProbeRecord> {
  const latest = new Map<string, ProbeRecord>();
  for (const probe of probes) {
    if (probe.answeredAtMs === null) continue;
    const key = keyOf(probe);
    const known = latest.get(key);
    if (!known || probe.askedAtMs >= known.askedAtMs) latest.set(key, probe);
  }
  return latest;
}
