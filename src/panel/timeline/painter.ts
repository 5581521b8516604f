/** What the timeline's painters draw with: a canvas, sharp edges at any pixel ratio, and texts that are measured once. */
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

export interface Brushes {
  readonly painter: Painter;
  readonly palette: Palette;
  /** To the nearest edge of a pixel of the device. */
  snap(px: number): number;
  widthOf(text: string): number;
  /** As much of the text as there is room for. */
  fitted(text: string, widthPx: number): string;
}

/** Texts that are kept with their widths; those of a timeline are few, but URLs come and go. */
const MAX_TEXTS = 2_000;

export interface BrushesInput {
  readonly painter: Painter;
  readonly palette: Palette;
  /** Pixels of the device per pixel of CSS. */
  readonly ratio: number;
}

/** Holds as long as palette and ratio do. Sets the font. */
export function createBrushes({ painter, palette, ratio }: BrushesInput): Brushes {
  const widths = new Map<string, number>();
  const fits = new Map<string, string>();

  function widthOf(text: string): number {
    const known = widths.get(text);
    if (known !== undefined) return known;
    if (widths.size >= MAX_TEXTS) widths.clear();
    const { width } = painter.measureText(text);
    widths.set(text, width);
    return width;
  }

  function shortened(text: string, widthPx: number): string {
    if (widthOf(text) <= widthPx) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (painter.measureText(`${text.slice(0, middle)}…`).width <= widthPx) low = middle;
      else high = middle - 1;
    }
    return `${text.slice(0, low)}…`;
  }

  return {
    painter,
    palette,
    snap: (px) => Math.round(px * ratio) / ratio,
    widthOf,
    fitted: (text, widthPx) => {
      const key = `${widthPx} ${text}`;
      const known = fits.get(key);
      if (known !== undefined) return known;
      if (fits.size >= MAX_TEXTS) fits.clear();
      const fitting = shortened(text, widthPx);
      fits.set(key, fitting);
      return fitting;
    },
  };
}

/** Draws within a rectangle only. */
export function clipped(
  painter: Painter,
  x: number,
  y: number,
  width: number,
  height: number,
  paint: () => void,
): void {
  painter.save();
  painter.beginPath();
  painter.rect(x, y, width, height);
  painter.clip();
  paint();
  painter.restore();
}

export type Corner = readonly [x: number, y: number];

/** A path along these corners and back to the first. */
export function polygon(painter: Painter, ...corners: readonly Corner[]): void {
  painter.beginPath();
  corners.forEach(([x, y], i) => {
    if (i === 0) painter.moveTo(x, y);
    else painter.lineTo(x, y);
  });
  painter.closePath();
}
