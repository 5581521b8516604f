/** Draws the minimap: how busy all of it was, where it hurt, and which part of it is in view. */
import type { Bands } from '../models/lane-layout.ts';
import type { MinimapScene } from '../models/minimap.ts';
import { xOf } from '../models/time-scale.ts';
import { paintGround } from './paint-context.ts';
import type { Brushes } from './painter.ts';

const PADDING_PX = 2;
const LEAST_PX = 2;
const END_PX = 2;
const HANDLE_PX = 3;

export function paintMinimap(
  brushes: Brushes,
  { bins, whole, window, brush }: MinimapScene,
  { minimapPx: topPx, axisPx: bottomPx }: Bands,
  widthPx: number,
): void {
  const { painter, palette, snap } = brushes;
  painter.fillStyle = palette.background;
  painter.fillRect(0, topPx, widthPx, bottomPx - topPx);
  const [left, right] = [whole.leftPx, whole.leftPx + whole.widthPx];
  const basePx = bottomPx - 1 - PADDING_PX;
  const roomPx = basePx - topPx - PADDING_PX;
  const xOfCell = (cell: number) => snap(xOf(whole, bins.grid.fromMs + cell * bins.grid.cellMs));

  painter.fillStyle = palette.minimap;
  bins.frames.forEach((count, cell) => {
    if (count === 0) return;
    const x = Math.max(left, xOfCell(cell));
    // By its root: what is quiet must be seen beside what is busy.
    const height = Math.max(LEAST_PX, roomPx * Math.sqrt(count / bins.peak));
    painter.fillRect(x, basePx - height, Math.max(1, Math.min(right, xOfCell(cell + 1)) - x), height);
  });
  for (const { atMs, kind } of bins.ends) {
    painter.fillStyle = palette[kind === 'simulated' ? 'simulated' : kind === 'abnormal' ? 'abnormal' : 'suspicious'];
    painter.fillRect(snap(xOf(whole, atMs)) - END_PX / 2, topPx, END_PX, bottomPx - 1 - topPx);
  }
  paintGround(brushes, brush, 'brush', 'brushEdge', topPx, bottomPx - 1);
  if (!window) return;
  const [from, to] = [snap(window.fromPx), snap(window.toPx)];
  painter.fillStyle = palette.shade;
  painter.fillRect(left, topPx, from - left, bottomPx - 1 - topPx);
  painter.fillRect(to, topPx, right - to, bottomPx - 1 - topPx);
  painter.fillStyle = palette.brushEdge;
  painter.fillRect(from, topPx, to - from, 1);
  painter.fillRect(from, bottomPx - 2, to - from, 1);
  const middle = (topPx + bottomPx - 1) / 2;
  for (const edge of [from, to - 1]) {
    painter.fillRect(edge, topPx, 1, bottomPx - 1 - topPx);
    painter.fillRect(edge - (HANDLE_PX - 1) / 2, middle - 5, HANDLE_PX, 10);
  }
}
