/**
 * The timeline by keyboard: a cursor that goes through time, lanes that are chosen, spans that are selected, and closes
 * that are gone to one after the other. What is at the cursor is told in words.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { endedAtMs } from '../../analysis/connection-state.ts';
import { endKindOf } from '../models/lane-marks.ts';
import { type Lane, laneIndexOf } from '../models/lanes.ts';
import { timeAt, xOf } from '../models/time-scale.ts';
import type { PanelState } from '../state/panel-state.ts';
import type { Chart } from './chart.ts';
import type { Gestures, Point } from './gestures.ts';
import { describePlace, laneMiddlePx, momentWords, placeAt } from './place.ts';

const ZOOM_STEP = 1.3;
/** Of what is shown. */
const PAN_STEP = 0.1;
const STEP_PX = 6;
const PAGE_STEPS = 10;

export interface Cursor {
  /** Where it is, while it is in view; null: it has not been used. */
  readonly place: ReadonlySignal<(Point & { readonly moment: string }) | null>;
  /** What was found there last, for screen readers. */
  readonly told: ReadonlySignal<string>;
  /** True: the key was taken. */
  press(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): boolean;
  hide(): void;
}

export function createCursor(state: PanelState, chart: Chart, gestures: Gestures): Cursor {
  const { timeline } = state;
  const place = signal<(Point & { readonly moment: string }) | null>(null);
  const told = signal('');
  let atMs: number | null = null;
  /** Where a span that is being selected begins. */
  let anchorMs: number | null = null;

  /** The pointer's moment, or the cursor's, or the middle. */
  function aboutMs(): number {
    const { scale } = chart.input();
    const pointer = gestures.hover.peek();
    if (pointer && pointer.xPx >= scale.leftPx) return timeAt(scale, pointer.xPx);
    if (atMs !== null && atMs >= scale.fromMs && atMs <= scale.toMs) return atMs;
    return (scale.fromMs + scale.toMs) / 2;
  }

  function goTo(wantedMs: number): void {
    const whole = timeline.whole();
    const at = Math.min(Math.max(wantedMs, whole.fromMs), whole.toMs);
    atMs = at;
    const { fromMs, toMs } = timeline.shown();
    if (at < fromMs) timeline.pan(at - fromMs - PAN_STEP * (toMs - fromMs));
    if (at > toMs) timeline.pan(at - toMs + PAN_STEP * (toMs - fromMs));
    tell();
  }

  /** Says what is there, in the lane that is chosen. */
  function tell(): void {
    const input = chart.input();
    const at = atMs ?? aboutMs();
    const xPx = xOf(input.scale, at);
    const row = selectedRow();
    const yPx = row < 0 ? input.bands.lanesPx : laneMiddlePx(input, row);
    const moment = momentWords(input, at);
    place.value = { xPx, yPx, moment };
    const lane = input.lanes[row];
    const here = lane ? describePlace(input, placeAt({ ...input, scrollPx: input.scrollPx }, xPx, yPx), xPx) : null;
    told.value = [moment, lane?.name, here].filter(Boolean).join(' · ');
  }

  function selectedRow(): number {
    const id = state.selected.peek()?.connectionId;
    return id === undefined ? -1 : laneIndexOf(chart.lanes.peek(), id);
  }

  function stepBy(steps: number, isSelecting: boolean): void {
    const { scale } = chart.input();
    const from = atMs ?? aboutMs();
    if (!isSelecting) anchorMs = null;
    else anchorMs ??= from;
    goTo(from + ((steps * STEP_PX) / scale.widthPx) * (scale.toMs - scale.fromMs));
    if (anchorMs !== null && atMs !== null) timeline.setBrush({ fromMs: anchorMs, toMs: atMs });
  }

  function chooseLane(by: number): void {
    const lanes = chart.lanes.peek();
    const row = Math.min(Math.max(selectedRow() + by, 0), lanes.length - 1);
    const lane = lanes[row];
    if (!lane) return;
    state.select(lane.generations.at(-1)?.connectionId ?? null);
    tell();
  }

  function openHere(): void {
    const lane: Lane | undefined = chart.lanes.peek()[selectedRow()];
    if (lane) gestures.open(lane, aboutMs());
  }

  /** The next end that is no ordinary one, in any lane. */
  function goToClose(direction: 1 | -1): void {
    const from = atMs ?? (direction > 0 ? timeline.shown().fromMs : timeline.shown().toMs);
    let nearest: { readonly id: string; readonly atMs: number } | null = null;
    for (const { generations } of chart.lanes.peek()) {
      for (const record of generations) {
        const endMs = endedAtMs(record);
        if (endMs === null || (endMs - from) * direction <= 0 || endKindOf(record) === 'ordinary') continue;
        if (!nearest || (nearest.atMs - endMs) * direction > 0) nearest = { id: record.connectionId, atMs: endMs };
      }
    }
    if (!nearest) return;
    state.select(nearest.id);
    goTo(nearest.atMs);
  }

  function giveUp(): boolean {
    if (gestures.isBrushing.peek()) gestures.setBrushing(false);
    else if (timeline.brush.peek()) timeline.setBrush(null);
    else if (place.peek()) hide();
    else return false;
    anchorMs = null;
    return true;
  }

  function hide(): void {
    atMs = null;
    anchorMs = null;
    place.value = null;
  }

  function panBy(share: number): void {
    const { fromMs, toMs } = timeline.shown();
    timeline.pan(share * (toMs - fromMs));
    if (atMs !== null) tell();
  }

  const zoomBy = (factor: number) => () => {
    timeline.zoom(factor, aboutMs());
    if (atMs !== null) tell();
  };
  const zoomIn = zoomBy(1 / ZOOM_STEP);
  const zoomOut = zoomBy(ZOOM_STEP);
  const showAll = () => {
    timeline.follow();
    if (atMs !== null) tell();
  };

  const KEYS: Readonly<Record<string, (isShifted: boolean) => void>> = {
    w: zoomIn,
    '+': zoomIn,
    '=': zoomIn,
    s: zoomOut,
    '-': zoomOut,
    '0': showAll,
    f: showAll,
    a: () => panBy(-PAN_STEP),
    d: () => panBy(PAN_STEP),
    b: () => gestures.setBrushing(!gestures.isBrushing.peek()),
    ArrowLeft: (isShifted) => stepBy(-1, isShifted),
    ArrowRight: (isShifted) => stepBy(1, isShifted),
    PageUp: (isShifted) => stepBy(-PAGE_STEPS, isShifted),
    PageDown: (isShifted) => stepBy(PAGE_STEPS, isShifted),
    ArrowUp: () => chooseLane(-1),
    ArrowDown: () => chooseLane(1),
    Home: () => goTo(timeline.whole().fromMs),
    End: () => {
      timeline.goToEnd();
      goTo(timeline.whole().toMs);
    },
    Enter: openHere,
    '[': () => goToClose(-1),
    ']': () => goToClose(1),
  };

  return {
    place,
    told,
    hide,
    press: ({ key, shiftKey, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey) return false;
      if (key === 'Escape') return giveUp();
      // Shift + D drops.
      const action = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
      action?.(shiftKey);
      return action !== undefined;
    },
  };
}
