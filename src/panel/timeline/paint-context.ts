/** Draws what was around the connections: the track above the lanes, and what it means for them behind them. */
import { type Circumstance, TRACK_ROW_PX } from '../models/context-track.ts';
import type { PixelSpan, TimelineScene } from '../models/lane-layout.ts';
import { CIRCUMSTANCE_NAMES } from '../words-findings.ts';
import { type Brushes, polygon } from './painter.ts';
import type { Colour } from './palette.ts';

const COLOURS: Readonly<Record<Circumstance | 'simulated', Colour>> = {
  paused: 'contextPaused',
  hidden: 'contextHidden',
  frozen: 'contextFrozen',
  asleep: 'contextAsleep',
  offline: 'contextOffline',
  simulated: 'simulatedSoft',
};
/** Room around a name inside of its bar. */
const PADDING_PX = 4;
/** A flag on its pole. */
const FLAG_PX = 7;

/** In the time of a scenario, of a finding and of the brush, the ground is another. */
export function paintBehindLanes(brushes: Brushes, { track, highlight, brush, bands }: TimelineScene): void {
  const { painter, palette, snap } = brushes;
  painter.fillStyle = palette.simulatedSoft;
  for (const { kind, fromPx, toPx } of track.bars) {
    if (kind !== 'simulated') continue;
    painter.fillRect(
      snap(fromPx),
      bands.lanesPx,
      Math.max(1, snap(toPx) - snap(fromPx)),
      bands.bottomPx - bands.lanesPx,
    );
  }
  paintGround(brushes, highlight, 'highlight', 'highlightBorder', bands.trackPx, bands.bottomPx);
  paintGround(brushes, brush, 'brush', 'brushEdge', bands.trackPx, bands.bottomPx);
}

/** A light ground with an edge at either side. */
export function paintGround(
  { painter, palette, snap }: Brushes,
  span: PixelSpan | null,
  ground: Colour,
  edge: Colour,
  topPx: number,
  bottomPx: number,
): void {
  if (!span) return;
  const left = snap(span.fromPx);
  const width = Math.max(2, snap(span.toPx) - left);
  painter.fillStyle = palette[ground];
  painter.fillRect(left, topPx, width, bottomPx - topPx);
  painter.fillStyle = palette[edge];
  painter.fillRect(left, topPx, 1, bottomPx - topPx);
  painter.fillRect(left + width - 1, topPx, 1, bottomPx - topPx);
}

/** A line through all lanes where the tab went to another page. */
export function paintNavigations({ painter, palette }: Brushes, { track, bands }: TimelineScene): void {
  painter.fillStyle = palette.faintText;
  for (const x of track.navigationsPx) painter.fillRect(x, bands.trackPx, 1, bands.bottomPx - bands.trackPx);
}

/** Bars with their names where there is room, corners for navigations, flags for markers. */
export function paintTrack({ painter, palette, snap, widthOf }: Brushes, { track, bands }: TimelineScene): void {
  const topPx = bands.trackPx + 1;
  for (const { kind, name, row, fromPx, toPx } of track.bars) {
    const left = snap(fromPx);
    const width = Math.max(2, snap(toPx) - left);
    const rowPx = topPx + row * TRACK_ROW_PX;
    painter.fillStyle = palette[COLOURS[kind]];
    painter.fillRect(left, rowPx, width, TRACK_ROW_PX - 1);
    if (kind === 'simulated') {
      painter.fillStyle = palette.simulated;
      painter.fillRect(left, rowPx, 2, TRACK_ROW_PX - 1);
    }
    const words = kind === 'simulated' ? name : CIRCUMSTANCE_NAMES[kind];
    if (widthOf(words) + 2 * PADDING_PX > width) continue;
    painter.fillStyle = palette[kind === 'simulated' ? 'simulated' : 'text'];
    painter.fillText(words, left + PADDING_PX, rowPx + TRACK_ROW_PX / 2);
  }
  painter.fillStyle = palette.faintText;
  for (const x of track.navigationsPx) {
    polygon(painter, [x, topPx], [x + FLAG_PX, topPx], [x, topPx + FLAG_PX]);
    painter.fill();
  }
  painter.fillStyle = palette.marker;
  for (const x of track.markersPx) {
    painter.fillRect(x, topPx, 1, bands.lanesPx - topPx);
    polygon(painter, [x, topPx], [x + FLAG_PX + 1, topPx + FLAG_PX / 2 + 0.5], [x, topPx + FLAG_PX + 1]);
    painter.fill();
  }
}
