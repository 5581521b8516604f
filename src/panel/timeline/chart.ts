/**
 * The canvas of the timeline: makes a scene of the panel's state and draws it, in animation frames, when something has
 * changed. While it is live, only as often as now moves by a pixel, and never so often that the rest of the panel, or the
 * page beside it, has to wait for it.
 */
import { computed, effect, type ReadonlySignal } from '@preact/signals';
import { type ContextTrack, contextTrack, trackPxOf } from '../models/context-track.ts';
import { cellPxOf, createDensityPool } from '../models/density.ts';
import { type Bands, LANE_PX, layoutTimeline, type TimelineInput } from '../models/lane-layout.ts';
import { createLanes, type Lane, laneIndexOf, lanesOfLineages, lanesOfListed } from '../models/lanes.ts';
import type { TimeScale, TimeSpan } from '../models/time-scale.ts';
import { revealRow } from '../models/virtual-range.ts';
import { oncePerFrame } from '../state/edges.ts';
import type { PanelState } from '../state/panel-state.ts';
import type { Size } from '../views/use-size.ts';
import { createMinimap } from './minimap-cache.ts';
import { paintTimeline } from './paint.ts';
import { type Brushes, createBrushes } from './painter.ts';
import { readPalette } from './palette.ts';

const MINIMAP_PX = 24;
const AXIS_PX = 19;
/** Without so much room, lanes need it more than the minimap does. */
const LEAST_WITH_MINIMAP_PX = 100;
const RIGHT_MARGIN_PX = 12;
/** While it is live, from one picture to the next at least: time moves smoothly at 30 a second. */
const LIVE_PICTURE_MS = 33;
/** And drawing it takes no more than this part of the time, however slow the machine is just then. */
const LIVE_SHARE = 1 / 10;
/** Lanes are named in a column of their own. */
const NAMES = { share: 0.2, minPx: 84, maxPx: 240 } as const;

type Ref<Element> = { readonly current: Element | null };

export interface Chart {
  readonly lanes: ReadonlySignal<readonly Lane[]>;
  readonly track: ReadonlySignal<ContextTrack>;
  /** The scene's input, as it is now. */
  input(): TimelineInput;
  /** Heights of what is on the canvas. */
  bands(): Bands;
  invalidate(): void;
  resize(size: Size): void;
  /** Draws whenever something has changed, until the result is called. */
  start(): () => void;
  /** Lanes scrolled by so many pixels. */
  scrollBy(px: number): void;
  canScroll(): boolean;
}

export function createChart(state: PanelState, scroller: Ref<HTMLElement>, canvas: Ref<HTMLCanvasElement>): Chart {
  const { timeline, analysis, recording, scenarios } = state;
  const lanesIn = createLanes();
  const lanes = computed(() => {
    const { all, lineageOf } = state.lineages.value;
    const listed = state.listed.value;
    const isFiltered = listed.length < state.connections.value.length;
    return lanesIn(isFiltered ? lanesOfListed(listed, lineageOf) : lanesOfLineages(all()));
  });
  const track = computed(() =>
    contextTrack({
      // Markers are told at once, surroundings are read with the analysis.
      context: [
        ...analysis.context.value.filter(({ kind }) => kind !== 'marker'),
        ...recording.context.value.filter(({ kind }) => kind === 'marker'),
      ],
      documents: recording.documents.value.values(),
      runs: scenarios.runs.value,
    }),
  );
  const densityOf = createDensityPool();
  const minimap = createMinimap(timeline.bucketsOf);
  let size: Size = { widthPx: 0, heightPx: 0 };
  let brushes: (Brushes & { readonly ratio: number }) | null = null;
  let hasLanes = false;
  /** What stands on the canvas. */
  let drawn: readonly Lane[] | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let paintedInMs = 0;

  const invalidate = oncePerFrame(state.requestFrame, () => {
    // The first picture in a frame of its own: lists and their layout took the one that brought the lanes.
    if (lanes.peek().length === 0 || hasLanes) paint();
    else invalidate();
    hasLanes = lanes.peek().length > 0;
  });

  function bands(): Bands {
    const axisPx = size.heightPx >= LEAST_WITH_MINIMAP_PX ? MINIMAP_PX : 0;
    const trackPx = axisPx + AXIS_PX;
    return { minimapPx: 0, axisPx, trackPx, lanesPx: trackPx + trackPxOf(track.peek()), bottomPx: size.heightPx };
  }

  function scaleOf(span: TimeSpan): TimeScale {
    const leftPx = Math.round(Math.min(Math.max(size.widthPx * NAMES.share, NAMES.minPx), NAMES.maxPx));
    return { ...span, leftPx, widthPx: Math.max(1, size.widthPx - leftPx - RIGHT_MARGIN_PX) };
  }

  function input(): TimelineInput {
    const whole = timeline.whole();
    const shown = timeline.shown();
    const place = bands();
    const brush = timeline.brush.peek();
    return {
      lanes: lanes.peek(),
      bucketsOf: timeline.bucketsOf,
      densityOf,
      families: analysis.families.peek(),
      track: track.peek(),
      minimap:
        place.axisPx === 0
          ? null
          : minimap.scene({
              records: state.connections.peek(),
              loads: timeline.loads.peek(),
              whole: scaleOf(whole),
              shown: timeline.view.peek().kind === 'all' ? null : shown,
              brush,
            }),
      highlight: analysis.span.peek(),
      brush,
      scale: scaleOf(shown),
      cellPx: cellPxOf(devicePixelRatio),
      originMs: whole.fromMs,
      nowMs: state.nowMs(),
      selectedId: state.selected.peek()?.connectionId ?? null,
      scrollPx: scroller.current?.scrollTop ?? 0,
      bands: place,
    };
  }

  function paint(): void {
    const element = canvas.current;
    const context = element?.getContext('2d', { alpha: false });
    if (!element || !context || size.widthPx === 0) return;
    const startedMs = performance.now();
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(size.widthPx * ratio), Math.round(size.heightPx * ratio)];
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (brushes?.ratio !== ratio) {
      const palette = readPalette(element);
      context.font = palette.font;
      brushes = { ...createBrushes({ painter: context, palette, ratio }), ratio };
    }
    const now = input();
    paintTimeline(brushes, layoutTimeline(now), size);
    paintedInMs = performance.now() - startedMs;
    drawn = now.lanes;
    goOnLater(now);
  }

  /** While connections live, again when now has moved on by a pixel; and when the minimap is to be made anew. */
  function goOnLater({ scale, nowMs }: TimelineInput): void {
    clearTimeout(timer);
    const isLive = state.hasLiving.peek() || scenarios.isPlaying.peek();
    const isSeen = nowMs <= scale.toMs || timeline.view.peek().kind !== 'fixed';
    const pixelMs = isLive && isSeen ? (scale.toMs - scale.fromMs) / scale.widthPx : Number.POSITIVE_INFINITY;
    const leastMs = Math.max(LIVE_PICTURE_MS, paintedInMs / LIVE_SHARE);
    const delayMs = Math.max(leastMs, Math.min(pixelMs, minimap.staleInMs()));
    if (delayMs < Number.POSITIVE_INFINITY) timer = setTimeout(invalidate, delayMs);
  }

  /** Scrolls a lane into view, by the shortest way. */
  function reveal(row: number): void {
    const element = scroller.current;
    const viewportPx = size.heightPx - bands().lanesPx;
    if (!element || row < 0 || viewportPx < LANE_PX) return;
    const topPx = revealRow({ rowPx: LANE_PX, viewportPx }, element.scrollTop, row);
    if (topPx !== element.scrollTop) element.scrollTop = topPx;
  }

  /** Everything that a picture is made of. */
  function watch(): void {
    lanes.value;
    track.value;
    state.selected.value;
    timeline.loads.value;
    timeline.view.value;
    timeline.brush.value;
    analysis.families.value;
    analysis.span.value;
    invalidate();
  }

  return {
    lanes,
    track,
    input,
    bands,
    invalidate,
    resize: (next) => {
      size = next;
      const element = canvas.current;
      if (element) {
        element.style.width = `${next.widthPx}px`;
        element.style.height = `${next.heightPx}px`;
      }
      // In this frame: an old picture would be stretched until the next. A new one is on its way.
      if (drawn === lanes.peek()) paint();
      else invalidate();
    },
    start: () => {
      const stops = [
        effect(watch),
        effect(() => {
          const id = state.selected.value?.connectionId;
          if (id !== undefined) reveal(laneIndexOf(lanes.peek(), id));
        }),
        effect(() => {
          state.theme.value;
          brushes = null;
          invalidate();
        }),
      ];
      const contrast = matchMedia('(forced-colors: active)');
      const onContrast = () => {
        brushes = null;
        invalidate();
      };
      contrast.addEventListener('change', onContrast);
      return () => {
        clearTimeout(timer);
        contrast.removeEventListener('change', onContrast);
        for (const stop of stops) stop();
      };
    },
    scrollBy: (px) => {
      if (scroller.current) scroller.current.scrollTop += px;
    },
    canScroll: () => lanes.peek().length * LANE_PX > size.heightPx - bands().lanesPx,
  };
}
