/** What the timeline needs beside the connections: when their frames were, which part of time is in view, and which is brushed. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { extentOf, wholeSpan } from '../models/lane-layout.ts';
import { pan, revealing, type TimeSpan, zoom } from '../models/time-scale.ts';
import type { FramePlace } from './frames-state.ts';
import { createTickReader, type TickReader, type TickReaderInput } from './tick-reader.ts';

/**
 * Which part of time is in view. `all`: everything, and what will come. `end`: the last so many milliseconds, which are
 * those up to now while connections live.
 */
export type TimelineView =
  | { readonly kind: 'all' }
  | { readonly kind: 'end'; readonly lengthMs: number }
  | { readonly kind: 'fixed'; readonly span: TimeSpan };

/** So near to the end of all time, as a share of what is shown, is at the end. */
const END_SHARE = 0.02;
const ALL: TimelineView = { kind: 'all' };

export interface TimelineState extends TickReader {
  readonly view: ReadonlySignal<TimelineView>;
  /** The part of time to which lists of frames are limited, fromMs <= frame < toMs; null: they are not. */
  readonly brush: ReadonlySignal<TimeSpan | null>;
  /** The frame that the pointer is nearest to, where lists may show it; null: none. The same object while it is the same. */
  readonly pointed: ReadonlySignal<FramePlace | null>;
  point(place: FramePlace | null): void;
  /** All there is to show. */
  whole(): TimeSpan;
  /** What is shown of it. */
  shown(): TimeSpan;
  zoom(factor: number, aboutMs: number): void;
  pan(byMs: number): void;
  show(span: TimeSpan): void;
  /** Brings a part of time into view, large enough to be looked at. */
  reveal(span: TimeSpan): void;
  /** All, and what will come. */
  follow(): void;
  /** As much as is shown, but the latest. */
  goToEnd(): void;
  /** Limits lists of frames to a part of time, given in either direction; null: no longer. */
  setBrush(span: TimeSpan | null): void;
}

export interface TimelineInput extends TickReaderInput {
  nowMs(): number;
}

export function createTimelineState(input: TimelineInput): TimelineState {
  const { connections, nowMs } = input;
  const view = signal<TimelineView>(ALL);
  const brush = signal<TimeSpan | null>(null);
  const pointed = signal<FramePlace | null>(null);
  const hasConnections = computed(() => connections.value.length > 0);

  effect(() => {
    // A list that was cleared begins anew.
    if (hasConnections.value) return;
    view.value = ALL;
    brush.value = null;
  });

  const extent = computed(() => extentOf(connections.value));
  const whole = () => wholeSpan(extent.peek(), nowMs());
  function shown(): TimeSpan {
    const all = whole();
    const now = view.peek();
    if (now.kind === 'fixed') return now.span;
    if (now.kind === 'end') return { fromMs: Math.max(all.fromMs, all.toMs - now.lengthMs), toMs: all.toMs };
    return all;
  }

  function show(span: TimeSpan, all = whole()): void {
    const lengthMs = span.toMs - span.fromMs;
    // Zoomed out as far as it goes, it follows again; so it does with its end at the end.
    if (lengthMs >= all.toMs - all.fromMs) view.value = ALL;
    else if (span.toMs >= all.toMs - END_SHARE * lengthMs) view.value = { kind: 'end', lengthMs };
    else view.value = { kind: 'fixed', span };
  }

  function change(by: (span: TimeSpan, whole: TimeSpan) => TimeSpan): void {
    const all = whole();
    show(by(shown(), all), all);
  }

  return {
    ...createTickReader(input),
    view,
    brush,
    pointed,
    point: (place) => {
      const before = pointed.peek();
      if (before?.connectionId !== place?.connectionId || before?.seq !== place?.seq) pointed.value = place;
    },
    whole,
    shown,
    show: (span) => show(span),
    zoom: (factor, aboutMs) => change((span, all) => zoom(span, factor, aboutMs, all)),
    pan: (byMs) => {
      if (view.peek().kind !== 'all') change((span, all) => pan(span, byMs, all));
    },
    reveal: (span) => change((now, all) => revealing(span, now, all)),
    follow: () => {
      view.value = ALL;
    },
    goToEnd: () => {
      const { fromMs, toMs } = shown();
      if (view.peek().kind === 'fixed') view.value = { kind: 'end', lengthMs: toMs - fromMs };
    },
    setBrush: (span) => {
      brush.value = span && { fromMs: Math.min(span.fromMs, span.toMs), toMs: Math.max(span.fromMs, span.toMs) };
    },
  };
}
