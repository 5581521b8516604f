/**
 * The timeline: one canvas that sticks to a scroller as high as all lanes. It is drawn once per animation frame at most,
 * and while it is live only as often as now moves by a pixel.
 */
import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type ContextTrack, circumstanceAt, contextTrack } from '../models/context-track.ts';
import { formatAxisTime, formatDuration } from '../models/format.ts';
import {
  hasTrack,
  LANE_PX,
  laneAt,
  layoutTimeline,
  type TimelineInput,
  TRACK_PX,
  wholeSpan,
} from '../models/lane-layout.ts';
import { decimate } from '../models/tick-summary.ts';
import { timeAt } from '../models/time-scale.ts';
import { revealRow } from '../models/virtual-range.ts';
import { oncePerFrame } from '../state/edges.ts';
import type { PanelState } from '../state/panel-state.ts';
import { paintTimeline } from '../timeline/paint.ts';
import { type Palette, readPalette } from '../timeline/palette.ts';
import { TIMELINE } from '../words.ts';
import { CIRCUMSTANCE_NAMES } from '../words-findings.ts';
import { usePanel } from './use-panel.ts';
import { type Size, useSize } from './use-size.ts';

const AXIS_PX = 20;
const RIGHT_MARGIN_PX = 12;
/** Lanes are named in a column of their own. */
const NAMES = { share: 0.22, minPx: 72, maxPx: 240 } as const;
const ZOOM_STEP = 1.3;
const PAN_STEP = 0.2;
/** A press that moves less is a click. */
const DRAG_PX = 4;
/** Frames this near to the pointer are told. */
const NEAR_PX = 3;

interface Hover {
  readonly xPx: number;
  readonly yPx: number;
  readonly text: string;
}

export function TimelineView() {
  const state = usePanel();
  const scroller = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const [hover, setHover] = useState<Hover | null>(null);
  const drag = useRef<{ readonly startX: number; lastX: number; isDrag: boolean } | null>(null);
  const chart = useMemo(() => createChart(state, scroller, canvas), [state]);

  useLayoutEffect(() => chart.resize(size), [chart, size]);
  useEffect(() => chart.start(), [chart]);

  const records = state.listed.value;
  const { connections, abnormal } = state.totals.value;
  const context = contextTrack(state.analysis.context.value, state.recording.documents.value.values(), 0);
  const topPx = lanesTopPx(context);

  function onPointerMove(event: PointerEvent): void {
    const { x, y } = placeOf(event);
    const press = drag.current;
    if (press) {
      press.isDrag ||= Math.abs(x - press.startX) > DRAG_PX;
      if (press.isDrag) chart.panBy(press.lastX - x);
      press.lastX = x;
    }
    chart.pointAt(x);
    const text = chart.describe(x, y);
    setHover(text === null ? null : { xPx: x, yPx: y, text });
  }

  function onPointerUp(event: PointerEvent): void {
    const { x, y } = placeOf(event);
    const lane = laneAt(chart.input(), y);
    if (lane && drag.current?.isDrag === false) state.select(lane.connectionId);
    drag.current = null;
    chart.pointAt(x);
  }

  function onWheel(event: WheelEvent): void {
    const { x } = placeOf(event);
    if (event.ctrlKey || event.metaKey) chart.zoomAt(x, event.deltaY > 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      chart.panBy(event.deltaX || event.deltaY);
    else return;
    event.preventDefault();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const middle = size.widthPx / 2;
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => chart.zoomAt(middle, 1 / ZOOM_STEP),
      '=': () => chart.zoomAt(middle, 1 / ZOOM_STEP),
      '-': () => chart.zoomAt(middle, ZOOM_STEP),
      '0': () => state.timeline.follow(),
      ArrowLeft: () => chart.panBy(-PAN_STEP * size.widthPx),
      ArrowRight: () => chart.panBy(PAN_STEP * size.widthPx),
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  }

  return (
    <div class="timeline">
      <section
        ref={scroller}
        class="timeline-scroller"
        aria-label={TIMELINE.label}
        aria-busy={state.timeline.isBusy.value}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, zooms and moves by keyboard
        tabIndex={0}
        onScroll={chart.invalidate}
        onWheel={onWheel}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const { x } = placeOf(event);
          drag.current = { startX: x, lastX: x, isDrag: false };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => {
          chart.pointAt(null);
          setHover(null);
        }}
        onDblClick={() => state.timeline.follow()}
      >
        <div style={{ height: `${topPx + records.length * LANE_PX}px` }}>
          <canvas ref={canvas} role="img" aria-label={TIMELINE.summary(connections, abnormal)} title="" />
        </div>
      </section>
      {state.timeline.fixedSpan.value && (
        <button type="button" class="button timeline-all" onClick={() => state.timeline.follow()}>
          {TIMELINE.showAll}
        </button>
      )}
      {hover && (
        <div class={`tooltip ${hover.xPx > size.widthPx / 2 ? 'is-left' : ''}`} style={tooltipPlace(hover, size)}>
          {hover.text}
        </div>
      )}
    </div>
  );
}

function lanesTopPx(context: ContextTrack): number {
  return AXIS_PX + (hasTrack({ context }) ? TRACK_PX : 0);
}

function describeContext({ context }: TimelineInput, atMs: number): string | null {
  const span = context ? circumstanceAt(context, atMs) : null;
  return span && `${CIRCUMSTANCE_NAMES[span.kind]} · ${formatDuration(span.toMs - span.fromMs)}`;
}

/** Where an event is in the scroller's viewport, on which the canvas lies. */
function placeOf(event: MouseEvent & { readonly currentTarget: EventTarget | null }) {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function tooltipPlace({ xPx, yPx }: Hover, { heightPx }: Size) {
  const top = `${Math.max(0, Math.min(yPx + 12, heightPx - 22))}px`;
  return { top, left: `${xPx}px` };
}

type Ref<Element> = { readonly current: Element | null };

/** The canvas and what is on it; draws in animation frames, when something has changed. */
function createChart(state: PanelState, scroller: Ref<HTMLElement>, canvas: Ref<HTMLCanvasElement>) {
  const { timeline } = state;
  let size: Size = { widthPx: 0, heightPx: 0 };
  let pointerXPx: number | null = null;
  let palette: Palette | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const invalidate = oncePerFrame(state.requestFrame, paint);

  function input(): TimelineInput {
    const records = state.listed.peek();
    const whole = wholeSpan(records, state.nowMs());
    const context = contextTrack(
      state.analysis.context.peek(),
      state.recording.documents.peek().values(),
      state.nowMs(),
    );
    const leftPx = Math.round(Math.min(Math.max(size.widthPx * NAMES.share, NAMES.minPx), NAMES.maxPx));
    return {
      records,
      bucketsOf: timeline.bucketsOf,
      reconnects: state.reconnects.peek(),
      runs: state.scenarios.runs.peek(),
      context,
      highlight: state.analysis.span.peek(),
      scale: {
        ...(timeline.fixedSpan.peek() ?? whole),
        leftPx,
        widthPx: Math.max(1, size.widthPx - leftPx - RIGHT_MARGIN_PX),
      },
      originMs: whole.fromMs,
      nowMs: state.nowMs(),
      selectedId: state.selected.peek()?.connectionId ?? null,
      scrollPx: scroller.current?.scrollTop ?? 0,
      lanesTopPx: lanesTopPx(context),
      lanesBottomPx: size.heightPx,
    };
  }

  function paint(): void {
    const element = canvas.current;
    const context = element?.getContext('2d', { alpha: false });
    if (!element || !context || size.widthPx === 0) return;
    palette ??= readPalette(element);
    const scale = devicePixelRatio;
    const [width, height] = [Math.round(size.widthPx * scale), Math.round(size.heightPx * scale)];
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const now = input();
    paintTimeline(context, layoutTimeline(now), { palette, ...size, pointerXPx });
    goOnLater(now);
  }

  /** While connections live, again when now has moved on by a pixel. */
  function goOnLater({ scale }: TimelineInput): void {
    clearTimeout(timer);
    if (
      !(state.hasLiving.peek() || state.scenarios.isPlaying.peek()) ||
      (timeline.fixedSpan.peek() && state.nowMs() > scale.toMs)
    )
      return;
    timer = setTimeout(invalidate, (scale.toMs - scale.fromMs) / scale.widthPx);
  }

  /** Scrolls a lane into view, by the shortest way. */
  function reveal(lane: number): void {
    const element = scroller.current;
    const viewportPx = size.heightPx - input().lanesTopPx;
    if (!element || lane < 0 || viewportPx < LANE_PX) return;
    const topPx = revealRow({ rowPx: LANE_PX, viewportPx }, element.scrollTop, lane);
    if (topPx !== element.scrollTop) element.scrollTop = topPx;
  }

  return {
    invalidate,
    input,
    resize: (next: Size) => {
      size = next;
      const element = canvas.current;
      if (element) {
        element.style.width = `${next.widthPx}px`;
        element.style.height = `${next.heightPx}px`;
      }
      // In this frame: an old picture would be stretched until the next.
      paint();
    },
    /** Draws whenever something has changed, until the result is called. */
    start: () => {
      const stop = effect(() => {
        state.listed.value;
        state.selected.value;
        timeline.loads.value;
        timeline.fixedSpan.value;
        state.scenarios.runs.value;
        state.analysis.context.value;
        state.analysis.span.value;
        invalidate();
      });
      const stopReveal = effect(() => {
        const id = state.selected.value?.connectionId;
        if (id !== undefined) reveal(state.listed.peek().findIndex(({ connectionId }) => connectionId === id));
      });
      const stopTheme = effect(() => {
        state.theme.value;
        palette = null;
        invalidate();
      });
      return () => {
        clearTimeout(timer);
        stop();
        stopReveal();
        stopTheme();
      };
    },
    pointAt: (xPx: number | null) => {
      pointerXPx = xPx;
      invalidate();
    },
    zoomAt: (xPx: number, factor: number) => timeline.zoom(factor, timeAt(input().scale, xPx)),
    panBy: (px: number) => {
      const { fromMs, toMs, widthPx } = input().scale;
      timeline.pan((px / widthPx) * (toMs - fromMs));
    },
    /** What is at a place: the moment, and the frames near it. Null beside the lanes. */
    describe: (xPx: number, yPx: number): string | null => {
      const now = input();
      const lane = laneAt(now, yPx);
      if (yPx >= AXIS_PX && yPx < now.lanesTopPx) return describeContext(now, timeAt(now.scale, xPx));
      if (!lane || xPx < now.scale.leftPx) return null;
      const [fromMs, toMs] = [timeAt(now.scale, xPx - NEAR_PX), timeAt(now.scale, xPx + NEAR_PX)];
      const buckets = timeline.bucketsOf(lane.connectionId);
      const near = buckets ? decimate(buckets, fromMs, toMs, 1) : null;
      const offsetMs = Math.max(0, timeAt(now.scale, xPx) - now.originMs);
      const parts = [formatAxisTime(offsetMs, (toMs - fromMs) / 2)];
      if (near?.ins[0]) parts.push(TIMELINE.in(near.ins[0]));
      if (near?.outs[0]) parts.push(TIMELINE.out(near.outs[0]));
      return parts.join(' · ');
    },
  };
}
