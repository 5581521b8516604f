/** The timeline: one canvas that sticks to a scroller as high as all lanes, and what lies above it. */
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { LANE_PX } from '../models/lane-layout.ts';
import { type Chart, createChart } from '../timeline/chart.ts';
import { type Cursor, createCursor } from '../timeline/cursor.ts';
import { createGestures, type Gestures, type Hover, type Point } from '../timeline/gestures.ts';
import { TIMELINE } from '../words-timeline.ts';
import { TimelineText } from './TimelineText.tsx';
import { TimelineTools } from './TimelineTools.tsx';
import { usePanel } from './use-panel.ts';
import { type Size, useSize } from './use-size.ts';

const HINT_ID = 'timeline-hint';

export function TimelineView() {
  const state = usePanel();
  const scroller = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const { chart, gestures, cursor } = useMemo(() => {
    const made = createChart(state, scroller, canvas);
    const hands = createGestures(state, made);
    return { chart: made, gestures: hands, cursor: createCursor(state, made, hands) };
  }, [state]);

  useLayoutEffect(() => chart.resize(size), [chart, size]);
  useEffect(() => chart.start(), [chart]);

  const heightPx = chart.bands().lanesPx + chart.lanes.value.length * LANE_PX;

  return (
    <div class="timeline">
      <section
        ref={scroller}
        class="timeline-scroller"
        aria-label={TIMELINE.label}
        aria-busy={state.timeline.isBusy.value}
        aria-roledescription={TIMELINE.kind}
        aria-describedby={HINT_ID}
        data-lanes={chart.lanes.value.length}
        data-track={chart.track.value.rows > 0 ? chart.bands().trackPx : 0}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, zooms and moves by keyboard
        tabIndex={0}
        onScroll={chart.invalidate}
        onWheel={(event) => {
          if (gestures.wheel(pointOf(event), event)) event.preventDefault();
        }}
        onKeyDown={(event) => {
          if (cursor.press(event)) event.preventDefault();
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || isOnScrollBar(event)) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          cursor.hide();
          gestures.press(pointOf(event), event.shiftKey);
        }}
        onPointerMove={(event) => gestures.move(pointOf(event))}
        onPointerUp={(event) => gestures.release(pointOf(event))}
        onPointerLeave={gestures.leave}
        onDblClick={() => state.timeline.follow()}
      >
        <div style={{ height: `${heightPx}px` }}>
          <Canvas canvas={canvas} hover={gestures.hover} />
        </div>
      </section>
      <TimelineTools chart={chart} gestures={gestures} />
      <Crosshair chart={chart} gestures={gestures} cursor={cursor} size={size} />
      <p id={HINT_ID} class="visually-hidden">
        {TIMELINE.hint}
      </p>
      <TimelineText chart={chart} cursor={cursor} />
    </div>
  );
}

interface CanvasProps {
  readonly canvas: { current: HTMLCanvasElement | null };
  readonly hover: ReadonlySignal<Hover | null>;
}

function Canvas({ canvas, hover }: CanvasProps) {
  const { connections, abnormal } = usePanel().totals.value;
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={TIMELINE.summary(connections, abnormal)}
      style={{ cursor: hover.value?.cursor ?? 'default' }}
    />
  );
}

interface CrosshairProps {
  readonly chart: Chart;
  readonly gestures: Gestures;
  readonly cursor: Cursor;
  readonly size: Size;
}

/** A hair line at the pointer, or at the keyboard's cursor, with its time on the axis; and what stands there. */
function Crosshair({ chart, gestures, cursor, size }: CrosshairProps) {
  const hover = gestures.hover.value;
  const at = hover ?? cursor.place.value;
  if (!at || at.moment === '') return hover?.text ? <Tooltip hover={hover} size={size} /> : null;
  const { trackPx, axisPx, bottomPx } = chart.bands();
  return (
    <>
      <div
        class="timeline-hair"
        style={{
          transform: `translateX(${Math.round(at.xPx)}px)`,
          top: `${trackPx}px`,
          height: `${bottomPx - trackPx}px`,
        }}
      />
      <div
        class={`timeline-moment ${at.xPx > size.widthPx - 60 ? 'is-left' : ''}`}
        style={{ top: `${axisPx}px`, left: `${Math.round(at.xPx)}px` }}
      >
        {at.moment}
      </div>
      {hover?.text && <Tooltip hover={hover} size={size} />}
    </>
  );
}

function Tooltip({ hover: { xPx, yPx, text }, size }: { readonly hover: Hover; readonly size: Size }) {
  const top = `${Math.max(0, Math.min(yPx + 12, size.heightPx - 22))}px`;
  const isLeft = xPx > size.widthPx / 2;
  return (
    <div
      class={`tooltip ${isLeft ? 'is-left' : ''}`}
      style={{ top, left: `${xPx}px`, maxWidth: `${Math.max(80, (isLeft ? xPx : size.widthPx - xPx) - 20)}px` }}
    >
      {text}
    </div>
  );
}

/** Where an event is in the scroller's viewport, on which the canvas lies. */
function pointOf(event: MouseEvent & { readonly currentTarget: EventTarget | null }): Point {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { xPx: event.clientX - box.left, yPx: event.clientY - box.top };
}

function isOnScrollBar(event: PointerEvent & { readonly currentTarget: EventTarget | null }): boolean {
  return pointOf(event).xPx >= (event.currentTarget as HTMLElement).clientWidth;
}
