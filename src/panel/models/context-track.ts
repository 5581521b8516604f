/**
 * What happened around the connections, as a track of the timeline above all lanes: when the page was hidden, frozen, offline
 * or asleep, when recording was off, and when the tab went to another page. Pure; times become pixels here.
 *
 *     |      ▒▒hidden▒▒     ▓▓offline▓▓      ⚑ |
 */
import { isOutsideDocument } from '../../protocol/outside.ts';
import type { ContextRecord, DocumentRecord } from '../../protocol/records.ts';
import { type TimeScale, type TimeSpan, xOf } from './time-scale.ts';

/** In the order in which they are drawn: the later ones say more. */
export const CIRCUMSTANCES = ['paused', 'hidden', 'frozen', 'asleep', 'offline'] as const;
export type Circumstance = (typeof CIRCUMSTANCES)[number];

export interface CircumstanceSpan extends TimeSpan {
  readonly kind: Circumstance;
}

export interface ContextTrack {
  readonly spans: readonly CircumstanceSpan[];
  /** When the tab went to another page. */
  readonly navigationsMs: readonly number[];
}

export interface ContextScene {
  readonly spans: readonly { readonly kind: Circumstance; readonly fromPx: number; readonly toPx: number }[];
  readonly navigationsPx: readonly number[];
}

const BEGINS: Readonly<Partial<Record<ContextRecord['kind'], Circumstance>>> = {
  hidden: 'hidden',
  frozen: 'frozen',
  offline: 'offline',
  recordingPaused: 'paused',
};
const ENDS: Readonly<Partial<Record<ContextRecord['kind'], Circumstance>>> = {
  visible: 'hidden',
  resumed: 'frozen',
  online: 'offline',
  recordingResumed: 'paused',
};

/** What lasts at the end lasts until `nowMs`. Every document of a tab tells of it; it is one thing all the same. */
export function contextTrack(
  context: readonly ContextRecord[],
  documents: Iterable<DocumentRecord>,
  nowMs: number,
): ContextTrack {
  const found: CircumstanceSpan[] = [];
  const since = new Map<string, number>();
  for (const { kind, documentId, atMs, durationMs } of context) {
    if (kind === 'woke') found.push({ kind: 'asleep', fromMs: atMs - (durationMs ?? 0), toMs: atMs });
    const begun = BEGINS[kind];
    if (begun) {
      const key = `${begun} ${documentId}`;
      if (!since.has(key)) since.set(key, atMs);
    }
    const ended = ENDS[kind];
    const key = `${ended} ${documentId}`;
    const fromMs = since.get(key);
    if (ended && fromMs !== undefined) found.push({ kind: ended, fromMs, toMs: atMs });
    since.delete(key);
  }
  const goneAtMs = new Map([...documents].map((document) => [document.documentId, document]));
  for (const [key, fromMs] of since) {
    const [kind, documentId = ''] = key.split(' ') as [Circumstance, string?];
    found.push({ kind, fromMs, toMs: goneAtMs.get(documentId)?.goneAtMs ?? nowMs });
  }
  const pages = [...goneAtMs.values()].filter(
    ({ documentId, frameId }) => frameId === 0 && !isOutsideDocument(documentId),
  );
  const [, ...navigationsMs] = pages.map(({ openedAtMs }) => openedAtMs).sort((a, b) => a - b);
  return { spans: CIRCUMSTANCES.flatMap((kind) => merged(found.filter((span) => span.kind === kind))), navigationsMs };
}

/** Spans of one kind, those that touch as one. */
function merged(spans: readonly CircumstanceSpan[]): readonly CircumstanceSpan[] {
  const result: CircumstanceSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last && span.fromMs <= last.toMs) {
      result[result.length - 1] = { ...last, toMs: Math.max(last.toMs, span.toMs) };
    } else result.push(span);
  }
  return result;
}

export function isEmptyTrack({ spans, navigationsMs }: ContextTrack): boolean {
  return spans.length === 0 && navigationsMs.length === 0;
}

/** What of it is in view. */
export function layoutContext({ spans, navigationsMs }: ContextTrack, scale: TimeScale): ContextScene {
  return {
    spans: spans
      .filter(({ fromMs, toMs }) => toMs >= scale.fromMs && fromMs <= scale.toMs)
      .map(({ kind, fromMs, toMs }) => ({
        kind,
        fromPx: xOf(scale, Math.max(fromMs, scale.fromMs)),
        toPx: xOf(scale, Math.min(toMs, scale.toMs)),
      })),
    navigationsPx: navigationsMs
      .filter((atMs) => atMs >= scale.fromMs && atMs <= scale.toMs)
      .map((atMs) => xOf(scale, atMs)),
  };
}

/** What held at a moment, the one that says most; null: nothing of note. */
export function circumstanceAt({ spans }: ContextTrack, atMs: number): CircumstanceSpan | null {
  return spans.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs) ?? null;
}
