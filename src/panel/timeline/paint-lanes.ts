/** Draws the lanes: their names, the lives of their connections and how dense their frames are. */
import type { CellGrid, Density } from '../models/density.ts';
import { LANE_PX, type LaneScene, type LifeScene, type TimelineScene } from '../models/lane-layout.ts';
import { paintDowns, paintMarks } from './paint-marks.ts';
import { type Brushes, clipped } from './painter.ts';
import type { Colour } from './palette.ts';

const MIDDLE = LANE_PX / 2;
const BAND_PX = 16;
const HANDSHAKE_PX = 3;
const NAME_PADDING_PX = 8;
const DOT_PX = 5;
const BAR_PX = 2;
/** A bar of one frame, and one of the busiest cell in view. */
const LEAST_BAR_PX = 3;
const MOST_BAR_PX = BAND_PX / 2;
/** Heartbeats are there, and no more than that. */
const BEAT_PX = 2;
/** With fewer frames in the busiest cell, bars are no higher for that. */
const LEAST_PEAK = 16;

const LIFE_COLOURS: Readonly<Record<LifeScene['kind'], Colour>> = {
  handshake: 'handshake',
  live: 'live',
  ended: 'ended',
};

export function paintLanes(brushes: Brushes, scene: TimelineScene): void {
  const { painter } = brushes;
  const { lanes, lanesLeftPx: left, lanesRightPx: right, bands, cells } = scene;
  const heights = barHeights(brushes, lanes);
  clipped(painter, left, bands.lanesPx, right - left, bands.bottomPx - bands.lanesPx, () => {
    for (const lane of lanes) paintLives(brushes, lane);
    for (const lane of lanes) paintDensity(brushes, lane, cells, heights);
    for (const lane of lanes) paintDowns(brushes, lane);
    for (const lane of lanes) paintMarks(brushes, lane, right);
  });
  clipped(painter, 0, bands.lanesPx, left - 1, bands.bottomPx - bands.lanesPx, () => {
    for (const lane of lanes) paintName(brushes, lane, left);
  });
}

export function paintSelection({ painter, palette }: Brushes, { lanes }: TimelineScene, widthPx: number): void {
  for (const { isSelected, topPx } of lanes) {
    if (!isSelected) continue;
    painter.fillStyle = palette.selected;
    painter.fillRect(0, topPx, widthPx, LANE_PX);
  }
}

/** The handshake is a thin line, the open connection a band with a stronger edge where it opened. */
function paintLives({ painter, palette, snap }: Brushes, { topPx, lives, selected }: LaneScene): void {
  const middle = topPx + MIDDLE;
  for (const { kind, fromPx, toPx, openedPx } of lives) {
    const height = kind === 'handshake' ? HANDSHAKE_PX : BAND_PX;
    const left = snap(fromPx);
    painter.fillStyle = palette[LIFE_COLOURS[kind]];
    painter.fillRect(left, middle - height / 2, Math.max(1, snap(toPx) - left), height);
    if (openedPx === null) continue;
    painter.fillStyle = palette.opened;
    painter.fillRect(left, middle - BAND_PX / 2, 1, BAND_PX);
  }
  if (!selected) return;
  const left = snap(selected.fromPx);
  painter.fillStyle = palette.selectedEdge;
  painter.fillRect(left, topPx + LANE_PX - 2, Math.max(1, snap(selected.toPx) - left), 2);
}

/** By the root of the number of frames in a cell, so that one is seen beside many; the busiest cell in view is the highest. */
function barHeights({ snap }: Brushes, lanes: readonly LaneScene[]): (count: number) => number {
  let peak = LEAST_PEAK;
  for (const { density } of lanes) {
    const { count, ins, outs } = density;
    for (let i = 0; i < count; i++) peak = Math.max(peak, ins[i] ?? 0, outs[i] ?? 0);
  }
  // To a power of two: a picture that is moved does not breathe.
  const most = 2 ** Math.ceil(Math.log2(peak));
  return (count) => snap(LEAST_BAR_PX + (MOST_BAR_PX - LEAST_BAR_PX) * Math.sqrt((count - 1) / most));
}

/** What the page sent goes up from the middle, what it received goes down. */
function paintDensity(
  { painter, palette, snap }: Brushes,
  { topPx, density }: LaneScene,
  cells: CellGrid,
  heightOf: (count: number) => number,
): void {
  const middle = topPx + MIDDLE;
  const fromPx = snap(cells.fromPx);
  const width = snap(BAR_PX);
  paintBars(density.outs, density.beatOuts, -1, palette.frameOut, palette.beatOut);
  paintBars(density.ins, density.beatIns, 1, palette.frameIn, palette.beatIn);

  function paintBars(
    all: Density['ins'],
    beats: Density['ins'],
    direction: 1 | -1,
    colour: string,
    beatColour: string,
  ): void {
    painter.fillStyle = beatColour;
    for (let i = 0; i < cells.count; i++) {
      if ((beats[i] ?? 0) > 0) bar(i, BEAT_PX);
    }
    painter.fillStyle = colour;
    for (let i = 0; i < cells.count; i++) {
      const count = (all[i] ?? 0) - (beats[i] ?? 0);
      if (count > 0) bar(i, heightOf(count));
    }

    function bar(cell: number, height: number): void {
      painter.fillRect(fromPx + cell * cells.cellPx, direction < 0 ? middle - height : middle, width, height);
    }
  }
}

/** With a dot that says at a glance whether anybody is there now. */
function paintName(
  { painter, palette, fitted, widthOf }: Brushes,
  { name, ordinal, topPx, status, isSelected }: LaneScene,
  leftPx: number,
): void {
  const middle = topPx + MIDDLE;
  painter.fillStyle = palette[status === 'live' ? 'good' : status === 'down' ? 'abnormal' : 'handshake'];
  painter.beginPath();
  painter.arc(NAME_PADDING_PX + DOT_PX / 2, middle, DOT_PX / 2, 0, 2 * Math.PI);
  painter.fill();
  painter.textAlign = 'left';
  const x = NAME_PADDING_PX + DOT_PX + 5;
  const suffix = ordinal === null ? '' : ` ·${ordinal}`;
  const roomPx = leftPx - x - NAME_PADDING_PX - widthOf(suffix);
  const text = fitted(name, roomPx);
  // What is asked for says less than what it is asked of.
  const query = text.indexOf('?');
  const [path, rest] = query < 0 ? [text, ''] : [text.slice(0, query), text.slice(query)];
  painter.fillStyle = palette[isSelected ? 'selectedText' : 'text'];
  painter.fillText(path, x, middle + 0.5);
  if (rest === '' && suffix === '') return;
  painter.fillStyle = palette.faintText;
  painter.fillText(rest + suffix, x + widthOf(path), middle + 0.5);
}
