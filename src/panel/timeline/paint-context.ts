/** Draws what was around the connections: the track above the lanes, and the time that a finding is about. */
import type { Circumstance, ContextScene } from '../models/context-track.ts';
import type { PixelSpan } from '../models/lane-layout.ts';
import type { Painter } from './paint.ts';
import type { Palette } from './palette.ts';

const COLOURS: Readonly<Record<Circumstance, keyof Palette>> = {
  paused: 'contextPaused',
  hidden: 'contextHidden',
  frozen: 'contextFrozen',
  asleep: 'contextAsleep',
  offline: 'contextOffline',
};
/** Room around a name inside of its bar. */
const PADDING_PX = 4;

export interface TrackPlace {
  readonly topPx: number;
  readonly bottomPx: number;
  readonly lanesBottomPx: number;
}

/** Bars with their names where there is room; a line through all lanes where the tab went to another page. */
export function paintContext(
  painter: Painter,
  { spans, navigationsPx }: ContextScene,
  names: Readonly<Record<Circumstance, string>>,
  { topPx, bottomPx, lanesBottomPx }: TrackPlace,
  palette: Palette,
): void {
  painter.textAlign = 'left';
  for (const { kind, fromPx, toPx } of spans) {
    const width = Math.max(2, toPx - fromPx);
    painter.fillStyle = palette[COLOURS[kind]];
    painter.fillRect(fromPx, topPx + 1, width, bottomPx - topPx - 2);
    if (painter.measureText(names[kind]).width + 2 * PADDING_PX > width) continue;
    painter.fillStyle = palette.text;
    painter.fillText(names[kind], fromPx + PADDING_PX, (topPx + bottomPx) / 2 + 0.5);
  }
  painter.fillStyle = palette.faintText;
  for (const xPx of navigationsPx) {
    const x = Math.round(xPx);
    painter.fillRect(x, topPx, 1, lanesBottomPx - topPx);
    painter.fillRect(x, topPx + 2, 7, 5);
  }
}

/** Behind the lanes: a light ground with a border at either side. */
export function paintHighlight(
  painter: Painter,
  span: PixelSpan | null,
  { topPx, lanesBottomPx }: TrackPlace,
  palette: Palette,
): void {
  if (!span) return;
  const width = Math.max(2, span.toPx - span.fromPx);
  painter.fillStyle = palette.highlight;
  painter.fillRect(span.fromPx, topPx, width, lanesBottomPx - topPx);
  painter.fillStyle = palette.highlightBorder;
  painter.fillRect(Math.round(span.fromPx), topPx, 1, lanesBottomPx - topPx);
  painter.fillRect(Math.round(span.fromPx + width) - 1, topPx, 1, lanesBottomPx - topPx);
}
