/**
 * Which frame the pointer is nearest to, for the list of frames to show. Looked up once per animation frame at most, one
 * read at a time, and only in lanes whose frames are listed: moving the pointer must cost nothing elsewhere.
 */
import { generationAt, type Lane } from '../models/lanes.ts';
import { oncePerFrame } from '../state/edges.ts';
import type { PanelState } from '../state/panel-state.ts';

/** A moment of a lane, and how near to it a frame has to be. */
export interface PointedMoment {
  readonly lane: Lane;
  readonly atMs: number;
  readonly nearMs: number;
}

/** Gives what takes the pointer's moment; null: it is nowhere where frames are. */
export function createPointedFrame({
  timeline,
  selected,
  requestFrame,
}: Pick<PanelState, 'timeline' | 'selected' | 'requestFrame'>): (moment: PointedMoment | null) => void {
  let wanted: PointedMoment | null = null;
  let isReading = false;

  const look = oncePerFrame(requestFrame, () => {
    const moment = wanted;
    const record = moment && generationAt(moment.lane, moment.atMs);
    if (isReading || !moment || !record) {
      if (!record) timeline.point(null);
      return;
    }
    isReading = true;
    const { connectionId } = record;
    timeline
      .frameNear(connectionId, moment.atMs)
      // A failure of the source is told where rows are read.
      .catch(() => null)
      .then((near) => {
        isReading = false;
        const isNear = near && Math.abs(near.atMs - moment.atMs) <= moment.nearMs;
        timeline.point(wanted && isNear ? { connectionId, seq: near.seq } : null);
        if (wanted && wanted !== moment) look();
      });
  });

  return (moment) => {
    const selectedId = selected.peek()?.connectionId;
    const isListed = moment?.lane.generations.some(({ connectionId }) => connectionId === selectedId);
    wanted = isListed ? moment : null;
    if (wanted) look();
    else timeline.point(null);
  };
}
