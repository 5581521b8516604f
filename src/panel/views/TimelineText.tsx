/** What the timeline's picture shows, in words: its lanes as a list, and what is at the keyboard's cursor as it moves. */

import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { endedAtMs } from '../../analysis/connection-state.ts';
import { isMissed } from '../models/lane-marks.ts';
import type { Lane } from '../models/lanes.ts';
import type { Chart } from '../timeline/chart.ts';
import type { Cursor } from '../timeline/cursor.ts';
import { TIMELINE } from '../words-timeline.ts';

/** It follows the picture, which is drawn first, and not every change of live traffic. */
const DELAY_MS = 250;
/** Beyond them, the list of connections is the better place. */
const MAX_LANES = 40;

export function TimelineText({ chart, cursor }: { readonly chart: Chart; readonly cursor: Cursor }) {
  const lanes = useLanesLater(chart);
  return (
    <div class="visually-hidden">
      <p aria-live="polite">{cursor.told.value}</p>
      <ul aria-label={TIMELINE.label}>
        {lanes.slice(0, MAX_LANES).map((lane) => (
          <li key={lane.laneId}>{wordsOf(lane)}</li>
        ))}
        {lanes.length > MAX_LANES && <li>{TIMELINE.moreLanes(lanes.length - MAX_LANES)}</li>}
      </ul>
    </div>
  );
}

/** The lanes as they were a moment ago. */
function useLanesLater({ lanes }: Chart): readonly Lane[] {
  const [shown, show] = useState<readonly Lane[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      lanes.value;
      timer ??= setTimeout(() => {
        timer = undefined;
        show(lanes.peek());
      }, DELAY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [lanes]);
  return shown;
}

function wordsOf({ name, ordinal, generations }: Lane): string {
  const last = generations.at(-1);
  const state =
    last && endedAtMs(last) === null ? TIMELINE.live : last && isMissed(last) ? TIMELINE.down : TIMELINE.over;
  const closes = generations.flatMap(({ close }) => (close && close.code !== 1000 ? [String(close.code)] : []));
  const frames = generations.reduce(
    (sum, { framesIn, framesOut }) => [sum[0] + framesIn, sum[1] + framesOut] as const,
    [0, 0] as readonly [number, number],
  );
  return [
    ordinal === null ? name : `${name} ${ordinal}`,
    state,
    TIMELINE.connections(generations.length),
    TIMELINE.in(frames[0]),
    TIMELINE.out(frames[1]),
    ...new Set(closes),
  ].join(', ');
}
