/**
 * What pointers, wheels and keys do to the timeline. Places and spans are decided in the models; here they become
 * commands of the panel's state.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { TrackMarker } from '../models/context-track.ts';
import { generationAt, type Lane } from '../models/lanes.ts';
import { dragged, type WindowPart } from '../models/minimap.ts';
import { MIN_SPAN_MS, type TimeScale, type TimeSpan, timeAt } from '../models/time-scale.ts';
import { wheelIntent } from '../models/wheel-intent.ts';
import type { PanelState } from '../state/panel-state.ts';
import type { Chart } from './chart.ts';
import type { Place } from './place.ts';
import { describePlace, momentWords, placeAt } from './place.ts';
import { createPointedFrame } from './pointed-frame.ts';

/** A press that moves less is a click. */
const DRAG_PX = 4;
/** A click this near to a frame is meant for it. */
const NEAR_FRAME_PX = 24;

/** Where the pointer is, and what stands there. */
export interface Hover {
  readonly xPx: number;
  readonly yPx: number;
  /** On the axis. */
  readonly moment: string;
  readonly text: string | null;
  readonly cursor: 'default' | 'grab' | 'ew-resize' | 'pointer' | 'crosshair';
}

export interface Point {
  readonly xPx: number;
  readonly yPx: number;
}

export interface Gestures {
  readonly hover: ReadonlySignal<Hover | null>;
  /** Dragging selects a time span, without a key. */
  readonly isBrushing: ReadonlySignal<boolean>;
  setBrushing(on: boolean): void;
  press(at: Point, isShifted: boolean): void;
  move(at: Point): void;
  release(at: Point): void;
  leave(): void;
  /** True: it was taken, and the browser has nothing to do. */
  wheel(at: Point, event: WheelEvent): boolean;
  zoomAt(xPx: number, factor: number): void;
  /** To the frame nearest to a moment of a lane. */
  open(lane: Lane, atMs: number): void;
}

type Press = Point & {
  readonly place: Place;
  readonly does: 'pan' | 'brush' | 'window' | 'newWindow';
  /** What was shown when it began. */
  readonly span: TimeSpan;
  readonly fromMs: number;
  lastXPx: number;
  lastYPx: number;
  isDrag: boolean;
};

export function createGestures(state: PanelState, chart: Chart): Gestures {
  const { timeline, frames } = state;
  const hover = signal<Hover | null>(null);
  const isBrushing = signal(false);
  const pointAt = createPointedFrame(state);
  let press: Press | null = null;

  function hoverAt({ xPx, yPx }: Point): void {
    const input = chart.input();
    const place = placeAt(input, xPx, yPx);
    const scale = place.kind === 'minimap' && input.minimap ? input.minimap.whole : input.scale;
    const isInTime = place.kind !== 'nothing' && place.kind !== 'name';
    hover.value = {
      xPx,
      yPx,
      moment: isInTime ? momentWords(input, timeAt(scale, xPx)) : '',
      text: describePlace(input, place, xPx),
      cursor: cursorOf(place),
    };
    const isAtFrames = place.kind === 'lane' && !place.end && !press?.isDrag;
    pointAt(isAtFrames ? { lane: place.lane, atMs: timeAt(scale, xPx), nearMs: nearMs(input.scale) } : null);
  }

  function nearMs({ fromMs, toMs, widthPx }: TimeScale): number {
    return (NEAR_FRAME_PX / widthPx) * (toMs - fromMs);
  }

  function cursorOf(place: Place): Hover['cursor'] {
    if (place.kind === 'minimap') return place.part === 'from' || place.part === 'to' ? 'ew-resize' : 'grab';
    if (place.kind === 'name' || (place.kind === 'track' && place.marker) || (place.kind === 'lane' && place.end)) {
      return 'pointer';
    }
    return isBrushing.value ? 'crosshair' : 'default';
  }

  function whatPressDoes(place: Place, isShifted: boolean): Press['does'] {
    if (place.kind === 'minimap') return place.part === 'outside' ? 'newWindow' : 'window';
    return isShifted || isBrushing.value ? 'brush' : 'pan';
  }

  function drag(now: Press, { xPx, yPx }: Point): void {
    const { scale, minimap } = chart.input();
    switch (now.does) {
      case 'pan':
        timeline.pan(((now.lastXPx - xPx) / scale.widthPx) * (scale.toMs - scale.fromMs));
        chart.scrollBy(now.lastYPx - yPx);
        return;
      case 'brush':
        timeline.setBrush({ fromMs: now.fromMs, toMs: timeAt(scale, Math.max(xPx, scale.leftPx)) });
        return;
      case 'newWindow':
        if (minimap) showBetween(now.fromMs, timeAt(minimap.whole, xPx));
        return;
      case 'window': {
        if (!minimap || now.place.kind !== 'minimap') return;
        const byMs = timeAt(minimap.whole, xPx) - now.fromMs;
        timeline.show(dragged(now.span, now.place.part as Exclude<WindowPart, 'outside'>, byMs, timeline.whole()));
      }
    }
  }

  function showBetween(aMs: number, bMs: number): void {
    const { fromMs, toMs } = timeline.whole();
    const from = Math.max(Math.min(aMs, bMs), fromMs);
    const to = Math.min(Math.max(aMs, bMs), toMs);
    if (to - from >= MIN_SPAN_MS) timeline.show({ fromMs: from, toMs: to });
  }

  function click({ place, does, fromMs, span }: Press): void {
    switch (place.kind) {
      case 'minimap': {
        if (does !== 'newWindow') return;
        const half = (span.toMs - span.fromMs) / 2;
        timeline.pan(fromMs - half - span.fromMs);
        return;
      }
      case 'track':
        if (place.marker) goToMarker(place.marker);
        return;
      case 'name':
        state.select(place.lane.generations.at(-1)?.connectionId ?? null);
        return;
      case 'lane':
        if (place.end) state.select(place.end.connectionId);
        else open(place.lane, fromMs);
        return;
      default:
        if (does === 'brush') timeline.setBrush(null);
    }
  }

  function goToMarker({ connectionId, seq }: TrackMarker): void {
    if (connectionId === null) return;
    state.select(connectionId);
    if (seq !== null) frames.select(seq);
  }

  function open(lane: Lane, atMs: number): void {
    const record = generationAt(lane, atMs);
    if (!record) return;
    const { connectionId } = record;
    state.select(connectionId);
    const leastMs = nearMs(chart.input().scale);
    // A failure of the source is told where rows are read.
    timeline.frameNear(connectionId, atMs).then(
      (near) => {
        const isStillMeant = state.selected.peek()?.connectionId === connectionId;
        if (near && isStillMeant && Math.abs(near.atMs - atMs) <= leastMs) frames.select(near.seq);
      },
      () => undefined,
    );
  }

  return {
    hover,
    isBrushing,
    setBrushing: (on) => {
      isBrushing.value = on;
    },
    press: ({ xPx, yPx }, isShifted) => {
      const input = chart.input();
      const place = placeAt(input, xPx, yPx);
      const scale = place.kind === 'minimap' && input.minimap ? input.minimap.whole : input.scale;
      press = {
        xPx,
        yPx,
        place,
        does: whatPressDoes(place, isShifted),
        span: timeline.shown(),
        fromMs: timeAt(scale, Math.max(xPx, scale.leftPx)),
        lastXPx: xPx,
        lastYPx: yPx,
        isDrag: false,
      };
    },
    move: (at) => {
      if (press) {
        press.isDrag ||= Math.abs(at.xPx - press.xPx) > DRAG_PX || Math.abs(at.yPx - press.yPx) > DRAG_PX;
        if (press.isDrag) {
          drag(press, at);
          press.lastXPx = at.xPx;
          press.lastYPx = at.yPx;
        }
      }
      hoverAt(at);
    },
    release: (at) => {
      const was = press;
      press = null;
      if (was && !was.isDrag) click(was);
      // One span at a time: afterwards, dragging moves again.
      if (was?.isDrag && was.does === 'brush') isBrushing.value = false;
      hoverAt(at);
    },
    leave: () => {
      hover.value = null;
      pointAt(null);
    },
    wheel: ({ xPx, yPx }, event) => {
      const { bands, scale } = chart.input();
      const intent = wheelIntent(event, { isAboveLanes: yPx < bands.lanesPx, canScroll: chart.canScroll() });
      if (intent.kind === 'zoom') timeline.zoom(intent.factor, timeAt(scale, Math.max(xPx, scale.leftPx)));
      if (intent.kind === 'pan') timeline.pan((intent.byPx / scale.widthPx) * (scale.toMs - scale.fromMs));
      if (intent.kind !== 'scroll') hoverAt({ xPx, yPx });
      return intent.kind !== 'scroll';
    },
    zoomAt: (xPx, factor) => timeline.zoom(factor, timeAt(chart.input().scale, xPx)),
    open,
  };
}
