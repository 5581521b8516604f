/**
 * Draws a scene of the timeline. Decides nothing: what stands in the scene is drawn, in this order: what lies behind the
 * lanes, the lanes, the track above them, axis and minimap. Everything is clipped to its area.
 */
import { formatAxisTime } from '../models/format.ts';
import type { TimelineScene } from '../models/lane-layout.ts';
import type { Size } from '../views/use-size.ts';
import { paintBehindLanes, paintNavigations, paintTrack } from './paint-context.ts';
import { paintLanes, paintSelection } from './paint-lanes.ts';
import { paintMinimap } from './paint-minimap.ts';
import { type Brushes, clipped } from './painter.ts';

const AXIS_MARK_PX = 4;

export function paintTimeline(brushes: Brushes, scene: TimelineScene, { widthPx, heightPx }: Size): void {
  const { painter, palette } = brushes;
  const { lanesLeftPx: left, bands } = scene;
  const lanesHeightPx = bands.bottomPx - bands.lanesPx;
  painter.fillStyle = palette.background;
  painter.fillRect(0, 0, widthPx, heightPx);
  painter.font = palette.font;
  painter.textBaseline = 'middle';
  painter.textAlign = 'left';

  clipped(painter, 0, bands.lanesPx, widthPx, lanesHeightPx, () => paintSelection(brushes, scene, widthPx));
  clipped(painter, left, bands.trackPx, widthPx - left, bands.bottomPx - bands.trackPx, () => {
    paintBehindLanes(brushes, scene);
    paintGridLines(brushes, scene);
    paintNavigations(brushes, scene);
  });
  paintLanes(brushes, scene);
  clipped(painter, left, bands.trackPx, widthPx - left, bands.lanesPx - bands.trackPx, () =>
    paintTrack(brushes, scene),
  );
  paintAxis(brushes, scene, widthPx);
  if (scene.minimap) paintMinimap(brushes, scene.minimap, bands, widthPx);
  paintBorders(brushes, scene, widthPx);
}

function paintGridLines({ painter, palette, snap }: Brushes, { axis, bands }: TimelineScene): void {
  painter.fillStyle = palette.gridLine;
  for (const { xPx } of axis) painter.fillRect(snap(xPx), bands.lanesPx, 1, bands.bottomPx - bands.lanesPx);
}

function paintAxis(brushes: Brushes, scene: TimelineScene, widthPx: number): void {
  const { painter, palette, snap, widthOf } = brushes;
  const { lanesLeftPx, bands, axis, axisStepMs } = scene;
  painter.fillStyle = palette.axis;
  painter.fillRect(0, bands.axisPx, widthPx, bands.trackPx - bands.axisPx);
  painter.fillRect(0, bands.trackPx, lanesLeftPx - 1, bands.lanesPx - bands.trackPx);
  painter.fillStyle = palette.faintText;
  painter.textAlign = 'left';
  for (const { xPx, offsetMs } of axis) {
    if (xPx < lanesLeftPx) continue;
    painter.fillRect(snap(xPx), bands.trackPx - 1 - AXIS_MARK_PX, 1, AXIS_MARK_PX);
    const label = formatAxisTime(offsetMs, axisStepMs);
    const labelXPx = Math.round(xPx) + 4;
    if (labelXPx + widthOf(label) <= widthPx) {
      painter.fillText(label, labelXPx, (bands.axisPx + bands.trackPx) / 2);
    }
  }
}

function paintBorders({ painter, palette }: Brushes, { lanesLeftPx, bands }: TimelineScene, widthPx: number): void {
  painter.fillStyle = palette.border;
  painter.fillRect(lanesLeftPx - 1, bands.minimapPx, 1, bands.bottomPx - bands.minimapPx);
  for (const yPx of new Set([bands.axisPx, bands.trackPx, bands.lanesPx])) {
    if (yPx > 0) painter.fillRect(0, yPx - 1, widthPx, 1);
  }
}
