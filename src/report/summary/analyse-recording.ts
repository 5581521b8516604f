/**
 * A recording, read through once, as what reports and comparisons tell: findings, verdicts, figures. The same rules as in the
 * panel, without one. Frames are read chunk by chunk; only those around drops are held, because a verdict looks at each.
 */
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { Digest } from '../../analysis/digest/digest.ts';
import { createDigester } from '../../analysis/digest/digester.ts';
import { endpointOf } from '../../analysis/endpoint.ts';
import { findingsOf } from '../../analysis/findings/find.ts';
import type { Finding } from '../../analysis/findings/finding.ts';
import type { SessionFacts } from '../../analysis/findings/session-facts.ts';
import { createLeaving, recordedClosesWhenLeaving } from '../../analysis/leaving.ts';
import { cutShortAtMs, lastSeenMs, runsOf } from '../../analysis/scenario-runs.ts';
import { type Statistics, statisticsOf } from '../../analysis/statistics/statistics.ts';
import { type Budgets, STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import { type RecordedConnection, verdictInputOf } from '../../analysis/verdict/from-records.ts';
import type { Scorecard } from '../../analysis/verdict/scorecard.ts';
import { verdictOf } from '../../analysis/verdict/verdict.ts';
import type { RecordedChunk, Recording } from '../../protocol/recording.ts';
import type { ConnectionRecord, SessionRecord } from '../../protocol/records.ts';

export interface AnalysedRecording {
  readonly session: SessionRecord;
  readonly facts: SessionFacts;
  /** What hurts most first. */
  readonly findings: readonly Finding[];
  /** One for each drop, in their order. */
  readonly scorecards: readonly Scorecard[];
  readonly statistics: Statistics;
  /** Connections whose frames no reader could cope with; the rules did without. */
  readonly unread: readonly string[];
}

export interface AnalyseOptions {
  readonly budgets?: Budgets;
  /** Called after each chunk; may throw in order to give up. */
  readonly onChunk?: (frames: number) => void;
}

/** Of a longer conversation, the first half of these and the last. As in the panel. */
const MAX_VERDICT_FRAMES = 20_000;

export async function analyseRecording(
  recording: Recording,
  { budgets = STANDARD_BUDGETS, onChunk = () => {} }: AnalyseOptions = {},
): Promise<AnalysedRecording> {
  const { session, documents, context, handshakes, probes } = recording;
  const byId = new Map(documents.map((document) => [document.documentId, document]));
  const connections = recordedClosesWhenLeaving(session)
    ? createLeaving()(recording.connections, byId)
    : recording.connections;
  const seenMs = lastSeenMs(documents, connections, context);
  const untilMs = Math.max(session.endedAtMs ?? 0, seenMs);
  const wanted = forVerdicts(connections, untilMs);
  const digests = new Map<string, Digest>();
  const recorded = new Map<string, RecordedConnection>();
  const unread: string[] = [];

  for (const record of connections) {
    const { connectionId } = record;
    const digester = createDigester(record);
    const kept = wanted.has(connectionId) ? createKept(record) : null;
    let isBroken = false;
    for await (const chunk of recording.chunks(connectionId)) {
      kept?.add(chunk);
      if (!isBroken) isBroken = !attempt(() => digester.add(chunk.chunk, chunk.payload));
      onChunk(chunk.chunk.count);
    }
    const isRead = !isBroken && attempt(() => digests.set(connectionId, digester.finish(record, untilMs)));
    if (!isRead) unread.push(connectionId);
    if (kept) recorded.set(connectionId, kept.connection());
  }

  const facts: SessionFacts = { connections, documents, context, handshakes, probes, digests, untilMs };
  return {
    session,
    facts,
    findings: findingsOf(facts),
    scorecards: scorecardsOf(facts, recorded, budgets, seenMs),
    statistics: statisticsOf([{ session, facts, browser: session.environment?.browser?.name ?? null }]),
    unread,
  };
}

/** Those that were dropped, and the others of the same endpoint in the same document. */
function forVerdicts(connections: readonly ConnectionRecord[], watchedUntilMs: number): ReadonlySet<string> {
  const bare = connections.map((record) => ({ record, chunks: [], payloads: [] }));
  const dropped = new Set(verdictInputOf(bare, { watchedUntilMs }).drops.map(({ connectionId }) => connectionId));
  const groups = new Set(connections.filter(({ connectionId }) => dropped.has(connectionId)).map(groupOf));
  return new Set(connections.filter((record) => groups.has(groupOf(record))).map(({ connectionId }) => connectionId));
}

/** What one client did: a verdict is on it. */
function groupOf({ documentId, url }: ConnectionRecord): string {
  return `${documentId} ${endpointOf(url)}`;
}

function scorecardsOf(
  { connections, context, untilMs }: SessionFacts,
  recorded: ReadonlyMap<string, RecordedConnection>,
  budgets: Budgets,
  seenMs: number,
): readonly Scorecard[] {
  const runs = runsOf(context, { playingId: null, lastSeenMs: seenMs });
  const groups = new Map<string, ConnectionRecord[]>();
  for (const record of connections) {
    if (!recorded.has(record.connectionId)) continue;
    const group = groups.get(groupOf(record));
    if (group) group.push(record);
    else groups.set(groupOf(record), [record]);
  }
  const cards = [...groups.values()].flatMap((group) => {
    const rows = group.flatMap(({ connectionId }) => recorded.get(connectionId) ?? []);
    const watching = { watchedUntilMs: untilMs };
    return verdictInputOf(rows, watching).drops.flatMap(({ connectionId, silentFromMs, atMs }) => {
      const interruptedAtMs = cutShortAtMs(silentFromMs ?? atMs, runs, context);
      const verdict = verdictOf(verdictInputOf(rows, { ...watching, interruptedAtMs }), budgets);
      return verdict.find(({ drop }) => drop.connectionId === connectionId) ?? [];
    });
  });
  return cards.sort((a, b) => a.drop.atMs - b.drop.atMs);
}

/** The first and the last chunks of a connection. */
function createKept(record: ConnectionRecord) {
  const half = MAX_VERDICT_FRAMES / 2;
  const first: RecordedChunk[] = [];
  const last: RecordedChunk[] = [];
  let firstFrames = 0;
  let lastFrames = 0;
  return {
    add(chunk: RecordedChunk): void {
      if (firstFrames < half) {
        first.push(chunk);
        firstFrames += chunk.chunk.count;
        return;
      }
      last.push(chunk);
      lastFrames += chunk.chunk.count;
      while (lastFrames - (last[0]?.chunk.count ?? 0) >= half) lastFrames -= last.shift()?.chunk.count ?? 0;
    },
    connection(): RecordedConnection {
      const chunks = [...first, ...last];
      return { record, chunks: chunks.map(({ chunk }) => chunk), payloads: chunks.map(({ payload }) => payload) };
    },
  };
}

/** False: it threw. What no reader can cope with must not keep the others from being read. */
function attempt(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Real closes, and how often each code came; the most frequent first. */
export function closesByCode(
  connections: readonly ConnectionRecord[],
): readonly (readonly [code: number, count: number])[] {
  const counts = new Map<number, number>();
  for (const { close } of connections) {
    if (close && !close.simulated) counts.set(close.code, (counts.get(close.code) ?? 0) + 1);
  }
  return [...counts].sort(([codeA, a], [codeB, b]) => b - a || codeA - codeB);
}

/** First and last moment of which the recording tells. */
export function spanOf({
  session,
  facts,
}: Pick<AnalysedRecording, 'session' | 'facts'>): readonly [fromMs: number, toMs: number] {
  const starts = [session.startedAtMs, ...facts.connections.map(({ createdAtMs }) => createdAtMs)];
  const ends = facts.connections.map((record) => endedAtMs(record) ?? facts.untilMs);
  return [starts.reduce((a, b) => Math.min(a, b)), [facts.untilMs, ...ends].reduce((a, b) => Math.max(a, b))];
}
