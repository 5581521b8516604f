/** Draws how connections ended, when nobody was there, and when somebody was again. Every kind has a shape of its own, for those who do not tell the colours apart. */
import { LANE_PX, type LaneScene } from '../models/lane-layout.ts';
import type { DownScene, EndKind, EndMark } from '../models/lane-marks.ts';
import { type Brushes, type Painter, polygon } from './painter.ts';
import type { Colour, Palette } from './palette.ts';

const MIDDLE = LANE_PX / 2;
const BAND_PX = 16;
const RADIUS_PX = 5.5;
const ATTEMPT_PX = 3;
const TEXT_GAP_PX = 3;

const END_COLOURS: Readonly<Record<EndKind, Colour>> = {
  ordinary: 'ordinaryEnd',
  suspicious: 'suspicious',
  abnormal: 'abnormal',
  simulated: 'simulated',
  gone: 'ordinaryEnd',
};
const DOWN_COLOURS: Readonly<Record<DownScene['tone'], Colour>> = {
  bad: 'abnormal',
  simulated: 'simulated',
  plain: 'down',
};

/** Of the family whose doing it was, where that is known. */
function colourOfEnd({ kind, family }: EndMark): Colour {
  return family ?? END_COLOURS[kind];
}

/** Under all marks of the lane: thin lines where nobody was there. */
export function paintDowns({ painter, palette, snap }: Brushes, { topPx, downs }: LaneScene): void {
  const middle = topPx + MIDDLE;
  for (const { fromPx, toPx, tone } of downs) {
    painter.fillStyle = palette[DOWN_COLOURS[tone]];
    const left = snap(fromPx);
    painter.fillRect(left, middle - 0.5, Math.max(1, snap(toPx) - left), 1);
  }
}

/** Attempts first: what ended for good must not be covered. */
export function paintMarks(brushes: Brushes, lane: LaneScene, rightPx: number): void {
  const { painter, palette } = brushes;
  const middle = lane.topPx + MIDDLE;
  for (const { reopenedPx, tone } of lane.downs) {
    if (reopenedPx === null || tone === 'plain') continue;
    painter.fillStyle = palette.good;
    polygon(painter, [reopenedPx, middle - 5], [reopenedPx + 5, middle + 4], [reopenedPx - 5, middle + 4]);
    painter.fill();
  }
  for (const isAttempt of [true, false]) {
    for (const end of lane.ends) {
      if (isSmall(end) === isAttempt) paintEnd(brushes, end, middle);
    }
  }
  paintLabels(brushes, lane, middle, rightPx);
}

/** A handshake that failed is told by a small cross, unless there was more to it than that. */
function isSmall({ isAttempt, kind }: EndMark): boolean {
  return isAttempt && kind !== 'suspicious' && kind !== 'ordinary';
}

function paintEnd({ painter, palette, snap }: Brushes, end: EndMark, middle: number): void {
  const colour = palette[colourOfEnd(end)];
  painter.fillStyle = colour;
  painter.strokeStyle = colour;
  if (isSmall(end)) cross(painter, end.xPx, middle, ATTEMPT_PX);
  else SHAPES[end.kind](painter, snap(end.xPx), middle, palette);
}

function cross(painter: Painter, x: number, y: number, r: number): void {
  painter.lineWidth = 1.5;
  painter.beginPath();
  for (const sign of [-1, 1]) {
    painter.moveTo(x - r, y - r * sign);
    painter.lineTo(x + r, y + r * sign);
  }
  painter.stroke();
}

type Shape = (painter: Painter, x: number, middle: number, palette: Palette) => void;

const SHAPES: Readonly<Record<EndKind, Shape>> = {
  /** A bar. */
  ordinary: (painter, x, middle) => {
    painter.fillRect(x - 1, middle - BAND_PX / 2 - 1, 2, BAND_PX + 2);
  },
  /** A triangle that stands on its tip. */
  suspicious: (painter, x, middle) => {
    polygon(painter, [x, middle + RADIUS_PX], [x + RADIUS_PX, middle - 4], [x - RADIUS_PX, middle - 4]);
    painter.fill();
  },
  /** A cross in a disc. */
  abnormal: (painter, x, middle, palette) => {
    painter.beginPath();
    painter.arc(x, middle, RADIUS_PX, 0, 2 * Math.PI);
    painter.fill();
    painter.strokeStyle = palette.onMark;
    cross(painter, x, middle, 2.4);
  },
  /** A flash in a lozenge. */
  simulated: (painter, x, middle, palette) => {
    const r = RADIUS_PX + 1.5;
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

/** Codes behind their marks; and how long nobody was there, where there is room before somebody was again. */
function paintLabels(brushes: Brushes, lane: LaneScene, middle: number, rightPx: number): void {
  const { palette, widthOf } = brushes;
  const takenPx: number[] = [];
  lane.ends.forEach((end, i) => {
    const next = lane.ends[i + 1];
    const down = lane.downs.find(({ fromPx, toPx }) => fromPx <= end.xPx + 1 && toPx > end.xPx);
    const beforePx = next ? next.xPx - radiusOf(next) : rightPx;
    const limitPx = Math.min(beforePx, down?.reopenedPx ? down.reopenedPx - RADIUS_PX : rightPx) - 1;
    const leftPx = end.xPx + radiusOf(end) + TEXT_GAP_PX;
    takenPx[i] = leftPx;
    const label = labelOf(end);
    if (label === '') return;
    const width = widthOf(label);
    const isLast = next === undefined && leftPx + width > rightPx;
    const xPx = isLast ? end.xPx - radiusOf(end) - TEXT_GAP_PX - width : leftPx;
    if (!isLast && leftPx + width > limitPx) return;
    paintText(brushes, label, xPx, middle, palette[colourOfEnd(end)]);
    if (!isLast) takenPx[i] = xPx + width + 2 * TEXT_GAP_PX;
  });
  for (const { reopenedPx, label, fromPx } of lane.downs) {
    if (reopenedPx === null || label === '') continue;
    const last = lane.ends.findLastIndex(({ xPx }) => xPx < reopenedPx);
    const roomFromPx = Math.max(fromPx, takenPx[last] ?? fromPx);
    const roomPx = reopenedPx - RADIUS_PX - TEXT_GAP_PX - roomFromPx;
    if (widthOf(label) > roomPx) continue;
    paintText(brushes, label, roomFromPx + (roomPx - widthOf(label)) / 2, middle, palette.faintText);
  }
}

function radiusOf(end: EndMark): number {
  return isSmall(end) ? ATTEMPT_PX : RADIUS_PX;
}

/** The line of the time without anybody does not go through the letters. */
function paintText({ painter, palette, widthOf }: Brushes, text: string, x: number, y: number, colour: string): void {
  painter.fillStyle = palette.background;
  painter.fillRect(x - 2, y - 6, widthOf(text) + 4, 12);
  painter.fillStyle = colour;
  painter.textAlign = 'left';
  painter.fillText(text, x, y + 0.5);
}

/** Ordinary ends are not talked about, unless there are many in one place. */
function labelOf({ kind, label, count, isAttempt }: EndMark): string {
  const code = kind === 'ordinary' || isAttempt ? '' : label;
  return count > 1 ? `${code} ×${count}`.trim() : code;
}
