/**
 * What a turn of the wheel, a swipe on a touchpad or a pinch is meant to do on the timeline. Pure.
 *
 *     ctrl or ⌘ + wheel, pinch     zoom at the pointer
 *     shift + wheel, swipe ↔       move in time
 *     wheel, swipe ↕               scroll the lanes; where they all fit, move in time
 *     wheel above the lanes        zoom: minimap and axis have nothing to scroll
 */
export type WheelIntent =
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'pan'; readonly byPx: number }
  /** Left to the browser. */
  | { readonly kind: 'scroll' };

export type WheelFacts = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

export interface WheelPlace {
  readonly isAboveLanes: boolean;
  readonly canScroll: boolean;
}

/** Firefox tells lines where Chromium tells pixels (WheelEvent.deltaMode 1); pages are rare (2). */
const PX_BY_MODE: readonly number[] = [1, 16, 400];
/** Notches of a wheel are 100 px and more; a pinch comes as wheel events with ctrl in many small steps. */
const NOTCH_PX = 50;
const ZOOM_PER_NOTCH_PX = 0.0026;
const ZOOM_PER_PINCH_PX = 0.01;
/** However fast the wheel is turned, one event does no more. */
const MOST_ZOOM = 1.6;

export function wheelIntent(wheel: WheelFacts, { isAboveLanes, canScroll }: WheelPlace): WheelIntent {
  const pxPerUnit = PX_BY_MODE[wheel.deltaMode] ?? 1;
  const [dx, dy] = [wheel.deltaX * pxPerUnit, wheel.deltaY * pxPerUnit];
  if (wheel.ctrlKey || wheel.metaKey) return zoomBy(dy);
  if (wheel.shiftKey || Math.abs(dx) > Math.abs(dy)) return { kind: 'pan', byPx: dx || dy };
  if (isAboveLanes) return zoomBy(dy);
  return canScroll ? { kind: 'scroll' } : { kind: 'pan', byPx: dy };
}

function zoomBy(px: number): WheelIntent {
  const perPx = Math.abs(px) >= NOTCH_PX ? ZOOM_PER_NOTCH_PX : ZOOM_PER_PINCH_PX;
  return { kind: 'zoom', factor: Math.min(Math.max(Math.exp(px * perPx), 1 / MOST_ZOOM), MOST_ZOOM) };
}
