/**
 * Draws a scene of the timeline. Decides nothing: what stands in the scene is drawn, in this order: bands of lanes, what
 * was simulated, what a finding is about, grid lines, reconnects, lives, ticks, recoveries, ends, names, axis. Everything is clipped to its area.
 */
import { formatAxisTime } from '../models/format.ts';
import {
  type EndKind,
  type EndMark,
  LANE_PX,
  type LaneScene,
  type ReconnectScene,
  type TimelineScene,
} from '../models/lane-layout.ts';
import type { PixelTicks } from '../models/tick-summary.ts';
import { CIRCUMSTANCE_NAMES } from '../words-findings.ts';
import { paintContext, paintHighlight } from './paint-context.ts';
import type { Palette } from './palette.ts';

/** What is used of a canvas; tests record the calls. */
export type Painter = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'fillRect'
  | 'fillText'
  | 'measureText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'rect'
  | 'closePath'
  | 'fill'
  | 'stroke'
  | 'setLineDash'
  | 'save'
  | 'restore'
  | 'clip'
>;

const MIDDLE = LANE_PX / 2;
const BAND_PX = 14;
const HANDSHAKE_PX = 4;
const END_RADIUS_PX = 5.5;
const NAME_PADDING_PX = 6;
/** A single frame, and how much more a doubled number of frames adds. */
const TICK_PX = 4;
const TICK_PER_DOUBLING_PX = 0.6;
const TICK_WIDTH_PX = 2;
const MAX_TICK_PX = BAND_PX / 2;

export interface PaintOptions {
  readonly palette: Palette;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Where the pointer is, for a hair line; null when it is elsewhere. */
  readonly pointerXPx: number | null;
}

export function paintTimeline(painter: Painter, scene: TimelineScene, options: PaintOptions): void {
  const { palette, widthPx, heightPx, pointerXPx } = options;
  const { lanesLeftPx: left, lanesRightPx: right, lanesTopPx: top, lanesBottomPx: bottom } = scene;
  const place = { topPx: scene.axisBottomPx, bottomPx: top, lanesBottomPx: bottom };
  painter.fillStyle = palette.background;
  painter.fillRect(0, 0, widthPx, heightPx);
  painter.font = palette.font;
  painter.textBaseline = 'middle';

  clipped(painter, 0, top, widthPx, bottom - top, () => {
    for (const lane of scene.lanes) paintBackground(painter, lane, widthPx, palette);
  });
  clipped(painter, left, top, widthPx - left, bottom - top, () => {
    paintRuns(painter, scene, palette);
    paintHighlight(painter, scene.highlight, place, palette);
    paintGridLines(painter, scene, palette);
    for (const reconnect of scene.reconnects) paintReconnect(painter, reconnect, palette);
    for (const lane of scene.lanes) paintLife(painter, lane, palette);
    for (const lane of scene.lanes) paintTicks(painter, lane.ticks, left, lane.topPx + MIDDLE, palette);
    for (const lane of scene.lanes) paintRecovery(painter, lane, palette);
    for (const lane of scene.lanes) {
      const end = shownEnd(painter, lane);
      if (end) paintEnd(painter, end, lane.topPx + MIDDLE, right, palette);
    }
    if (pointerXPx !== null && pointerXPx >= left) {
      painter.fillStyle = palette.faintText;
      painter.fillRect(Math.round(pointerXPx), top, 1, bottom - top);
    }
  });
  clipped(painter, 0, top, left, bottom - top, () => {
    for (const lane of scene.lanes) paintName(painter, lane, left, palette);
  });
  const { context, axisBottomPx } = scene;
  if (context) {
    clipped(painter, left, axisBottomPx, widthPx - left, bottom - axisBottomPx, () =>
      paintContext(painter, context, CIRCUMSTANCE_NAMES, place, palette),
    );
  }
  paintAxis(painter, scene, palette, widthPx);
}

function clipped(painter: Painter, x: number, y: number, width: number, height: number, paint: () => void): void {
  painter.save();
  painter.beginPath();
  painter.rect(x, y, width, height);
  painter.clip();
  paint();
  painter.restore();
}

function paintBackground(painter: Painter, { topPx, isSelected }: LaneScene, widthPx: number, palette: Palette): void {
  if (isSelected) {
    painter.fillStyle = palette.selected;
    painter.fillRect(0, topPx, widthPx, LANE_PX);
  }
}

function paintGridLines(painter: Painter, scene: TimelineScene, palette: Palette): void {
  painter.fillStyle = palette.gridLine;
  for (const { xPx } of scene.axis) {
    painter.fillRect(Math.round(xPx), scene.lanesTopPx, 1, scene.lanesBottomPx - scene.lanesTopPx);
  }
}

/** The handshake is a thin line, the open connection a band; one that lives has no right border. */
function paintLife(painter: Painter, { topPx, handshake, life, openedXPx, isLive }: LaneScene, palette: Palette): void {
  const middle = topPx + MIDDLE;
  if (handshake) {
    painter.fillStyle = palette.handshake;
    const width = Math.max(1, handshake.toPx - handshake.fromPx);
    painter.fillRect(handshake.fromPx, middle - HANDSHAKE_PX / 2, width, HANDSHAKE_PX);
  }
  if (life) {
    painter.fillStyle = isLive ? palette.live : palette.ended;
    painter.fillRect(life.fromPx, middle - BAND_PX / 2, Math.max(1, life.toPx - life.fromPx), BAND_PX);
  }
  if (openedXPx !== null) {
    painter.fillStyle = palette.opened;
    painter.fillRect(Math.round(openedXPx) - 1, middle - BAND_PX / 2 - 1, 2, BAND_PX + 2);
  }
}

/** What the page sent goes up from the middle, what it received goes down; more frames in a pixel are a longer tick. */
function paintTicks(painter: Painter, ticks: PixelTicks, left: number, middle: number, palette: Palette): void {
  painter.fillStyle = palette.frameOut;
  ticks.xPx.forEach((x, i) => {
    const height = tickPx(ticks.outs[i] ?? 0);
    if (height > 0) painter.fillRect(left + x, middle - height, TICK_WIDTH_PX, height);
  });
  painter.fillStyle = palette.frameIn;
  ticks.xPx.forEach((x, i) => {
    const height = tickPx(ticks.ins[i] ?? 0);
    if (height > 0) painter.fillRect(left + x, middle, TICK_WIDTH_PX, height);
  });
}

function tickPx(count: number): number {
  return count === 0 ? 0 : Math.min(MAX_TICK_PX, TICK_PX + TICK_PER_DOUBLING_PX * Math.log2(count));
}

const END_COLOURS: Readonly<Record<EndKind, keyof Palette>> = {
  ordinary: 'ordinaryEnd',
  suspicious: 'suspicious',
  abnormal: 'abnormal',
  simulated: 'simulated',
  gone: 'ordinaryEnd',
};

/** Every kind has a shape of its own, for those who do not tell the colours apart. */
function paintEnd(
  painter: Painter,
  { kind, xPx, label }: EndMark,
  middle: number,
  right: number,
  palette: Palette,
): void {
  const colour = palette[END_COLOURS[kind]];
  painter.fillStyle = colour;
  painter.strokeStyle = colour;
  SHAPES[kind](painter, xPx, middle, palette);
  if (!isLabelled({ kind, xPx, label })) return;
  painter.fillStyle = colour;
  const width = painter.measureText(label).width;
  const isBeyond = xPx + END_RADIUS_PX + 4 + width > right;
  painter.textAlign = isBeyond ? 'right' : 'left';
  painter.fillText(label, isBeyond ? xPx - END_RADIUS_PX - 3 : xPx + END_RADIUS_PX + 3, middle + 0.5);
}

function isLabelled({ kind, label }: EndMark): boolean {
  return label !== '' && kind !== 'ordinary';
}

/** Where mark and label end. */
function endRightPx(painter: Painter, end: EndMark): number {
  const markRight = end.xPx + END_RADIUS_PX + 3;
  return isLabelled(end) ? markRight + painter.measureText(end.label).width + 3 : markRight;
}

type Shape = (painter: Painter, x: number, middle: number, palette: Palette) => void;

const SHAPES: Readonly<Record<EndKind, Shape>> = {
  /** A bar. */
  ordinary: (painter, x, middle) => {
    painter.fillRect(Math.round(x) - 1, middle - BAND_PX / 2 - 1, 2, BAND_PX + 2);
  },
  /** A triangle. */
  suspicious: (painter, x, middle) => {
    polygon(painter, [x, middle - END_RADIUS_PX], [x + END_RADIUS_PX, middle + 4], [x - END_RADIUS_PX, middle + 4]);
    painter.fill();
  },
  /** A cross in a disc. */
  abnormal: (painter, x, middle, palette) => {
    painter.beginPath();
    painter.arc(x, middle, END_RADIUS_PX, 0, 2 * Math.PI);
    painter.fill();
    painter.strokeStyle = palette.onMark;
    painter.lineWidth = 1.5;
    painter.beginPath();
    for (const sign of [-1, 1]) {
      painter.moveTo(x - 2.4, middle - 2.4 * sign);
      painter.lineTo(x + 2.4, middle + 2.4 * sign);
    }
    painter.stroke();
  },
  /** A flash in a lozenge. */
  simulated: (painter, x, middle, palette) => {
    const r = END_RADIUS_PX + 1.5;
    polygon(painter, [x, middle - r], [x + r, middle], [x, middle + r], [x - r, middle]);
    painter.fill();
    painter.fillStyle = palette.onMark;
    polygon(
      painter,
      [x + 0.8, middle - 4],
      [x - 2.6, middle + 0.8],
      [x - 0.3, middle + 0.8],
      [x - 0.8, middle + 4],
      [x + 2.6, middle - 0.8],
      [x + 0.3, middle - 0.8],
    );
    painter.fill();
  },
  /** An open bracket: the page went, nobody saw the end. */
  gone: (painter, x, middle) => {
    painter.lineWidth = 1.5;
    painter.beginPath();
    painter.moveTo(x - 3, middle - BAND_PX / 2);
    painter.lineTo(x, middle - BAND_PX / 2);
    painter.lineTo(x, middle + BAND_PX / 2);
    painter.lineTo(x - 3, middle + BAND_PX / 2);
    painter.stroke();
  },
};

function polygon(painter: Painter, ...corners: readonly (readonly [number, number])[]): void {
  painter.beginPath();
  corners.forEach(([x, y], i) => {
    if (i === 0) painter.moveTo(x, y);
    else painter.lineTo(x, y);
  });
  painter.closePath();
}

/** From the end along its lane, then to the lane of the next attempt; the length of the pause where there is room. */
function paintReconnect(painter: Painter, scene: ReconnectScene, palette: Palette): void {
  const { fromXPx, fromYPx, toXPx, toYPx, label, end } = scene;
  // Behind the mark and its label; where the pause is shorter than they are, its length is written behind them.
  const startXPx = end ? endRightPx(painter, end) : fromXPx;
  painter.strokeStyle = palette.reconnect;
  painter.lineWidth = 1;
  painter.setLineDash([3, 2]);
  painter.beginPath();
  if (startXPx < toXPx) {
    painter.moveTo(startXPx, Math.round(fromYPx) + 0.5);
    painter.lineTo(Math.round(toXPx) + 0.5, Math.round(fromYPx) + 0.5);
  } else painter.moveTo(Math.round(toXPx) + 0.5, fromYPx + MIDDLE - 3);
  painter.lineTo(Math.round(toXPx) + 0.5, toYPx);
  painter.stroke();
  painter.setLineDash([]);
  painter.fillStyle = palette.faintText;
  painter.textAlign = 'left';
  painter.fillText(label, Math.max(Math.round(toXPx), startXPx) + 5, fromYPx + 0.5);
}

/** Behind all lanes: in this time, something was simulated. */
function paintRuns(painter: Painter, scene: TimelineScene, palette: Palette): void {
  painter.fillStyle = palette.simulatedSoft;
  for (const { fromPx, toPx } of scene.runs) {
    painter.fillRect(fromPx, scene.lanesTopPx, Math.max(1, toPx - fromPx), scene.lanesBottomPx - scene.lanesTopPx);
  }
}

/** Without its label where an attempt would be drawn across it: the mark says enough. */
function shownEnd(painter: Painter, { end, recovery }: LaneScene): EndMark | null {
  if (!end || !recovery) return end;
  const rightPx = endRightPx(painter, end);
  const isCrossed = [...recovery.attemptsPx, recovery.reopenedPx ?? rightPx + 6].some((x) => x - 5 < rightPx);
  return isCrossed ? { ...end, label: '' } : end;
}

/** The gap, the attempts that failed in it, and the reopening. */
function paintRecovery(painter: Painter, lane: LaneScene, palette: Palette): void {
  const { topPx, recovery } = lane;
  if (!recovery) return;
  const middle = topPx + MIDDLE;
  const { fromPx, toPx, attemptsPx, reopenedPx, label } = recovery;
  const end = shownEnd(painter, lane);
  // Behind the mark and its label.
  const startPx = Math.min(toPx, end ? endRightPx(painter, end) : fromPx);
  painter.fillStyle = palette.simulated;
  painter.fillRect(startPx, middle - 1, Math.max(0, toPx - startPx), 2);
  painter.strokeStyle = palette.simulated;
  painter.lineWidth = 1.5;
  for (const x of attemptsPx) {
    painter.beginPath();
    for (const sign of [-1, 1]) {
      painter.moveTo(x - 3.5, middle - 3.5 * sign);
      painter.lineTo(x + 3.5, middle + 3.5 * sign);
    }
    painter.stroke();
  }
  if (reopenedPx === null) return;
  painter.fillStyle = palette.good;
  polygon(painter, [reopenedPx, middle - 5.5], [reopenedPx + 5.5, middle + 4], [reopenedPx - 5.5, middle + 4]);
  painter.fill();
  painter.fillStyle = palette.faintText;
  painter.textAlign = 'left';
  painter.fillText(label, Math.max(reopenedPx + 8, startPx + 4), middle + 0.5);
}

function paintName(painter: Painter, { name, topPx, isSelected }: LaneScene, left: number, palette: Palette): void {
  painter.fillStyle = isSelected ? palette.selectedText : palette.text;
  painter.textAlign = 'left';
  painter.fillText(fitted(painter, name, left - 2 * NAME_PADDING_PX), NAME_PADDING_PX, topPx + MIDDLE + 0.5);
}

/** As much of the text as there is room for. */
function fitted(painter: Painter, text: string, widthPx: number): string {
  if (painter.measureText(text).width <= widthPx) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (painter.measureText(`${text.slice(0, middle)}…`).width <= widthPx) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

function paintAxis(painter: Painter, scene: TimelineScene, palette: Palette, widthPx: number): void {
  painter.fillStyle = palette.axis;
  painter.fillRect(0, 0, widthPx, scene.axisBottomPx);
  painter.fillStyle = palette.border;
  painter.fillRect(0, scene.axisBottomPx - 1, widthPx, 1);
  painter.fillRect(scene.lanesLeftPx - 1, 0, 1, scene.lanesBottomPx);
  if (scene.context) painter.fillRect(0, scene.lanesTopPx - 1, widthPx, 1);
  painter.fillStyle = palette.faintText;
  painter.textAlign = 'left';
  for (const { xPx, offsetMs } of scene.axis) {
    if (xPx < scene.lanesLeftPx) continue;
    painter.fillRect(Math.round(xPx), scene.axisBottomPx - 5, 1, 4);
    const label = formatAxisTime(offsetMs, scene.axisStepMs);
    const labelXPx = Math.round(xPx) + 4;
    if (labelXPx + painter.measureText(label).width <= widthPx) {
      painter.fillText(label, labelXPx, scene.axisBottomPx / 2);
    }
  }
}
