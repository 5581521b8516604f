/** The goals of the panel's speed on two cores, as data: what is compared with what. */
import { quantile } from '../statistics.ts';
import type { ChurnFigures, PacedFigures } from './live.ts';
import type { StoredFigures, StoredRound } from './stored.ts';

export interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'frames/s' | 'MB' | 'tasks' | '%' | 'frames' | 'kB' | '';
  /** null: no goal, only a figure. */
  readonly goal: { readonly atMost?: number; readonly atLeast?: number } | null;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
const MB = 1_000_000;

const STORED_LINES: readonly (Omit<Line, 'value'> & { readonly of: (round: StoredRound) => number | null })[] = [
  { what: 'open: first rows', unit: 'ms', goal: { atMost: 500 }, of: ({ firstRowsMs }) => firstRowsMs },
  { what: 'open: full timeline', unit: 'ms', goal: { atMost: 500 }, of: ({ fullTimelineMs }) => fullTimelineMs },
  {
    what: 'open: processor time of its thread',
    unit: 'ms',
    goal: null,
    of: ({ openingCpuMs }) => openingCpuMs,
  },
  {
    what: 'open: longest task',
    unit: 'ms',
    goal: { atMost: 50 },
    of: ({ openingTasksMs }) => Math.max(0, ...openingTasksMs),
  },
  { what: 'jump to a row: median', unit: 'ms', goal: { atMost: 50 }, of: ({ jumpsMs }) => median(jumpsMs) },
  { what: 'jump to a row: longest', unit: 'ms', goal: null, of: ({ jumpsMs }) => Math.max(...jumpsMs) },
  { what: 'scroll', unit: 'frames/s', goal: { atLeast: 55 }, of: ({ scroll }) => scroll.framesPerSecond },
  { what: 'scroll: longest task', unit: 'ms', goal: { atMost: 50 }, of: ({ scroll }) => scroll.longestTaskMs },
  { what: 'scroll: its thread is busy', unit: '%', goal: null, of: ({ scroll }) => 100 * scroll.busyShare },
  { what: 'zoom and pan', unit: 'frames/s', goal: { atLeast: 55 }, of: ({ zoom }) => zoom.framesPerSecond },
  {
    what: 'zoom and pan: longest task',
    unit: 'ms',
    goal: { atMost: 16 },
    of: ({ longestZoomTask }) => longestZoomTask.wallMs,
  },
  {
    what: 'zoom and pan: longest task, processor time',
    unit: 'ms',
    goal: null,
    of: ({ longestZoomTask }) => longestZoomTask.cpuMs,
  },
  { what: 'zoom and pan: its thread is busy', unit: '%', goal: null, of: ({ zoom }) => 100 * zoom.busyShare },
  { what: 'filter: first hits', unit: 'ms', goal: { atMost: 200 }, of: ({ filter }) => filter.firstMs },
  { what: 'filter: complete', unit: 'ms', goal: { atMost: 3_000 }, of: ({ filter }) => filter.doneMs },
  {
    what: 'filter: longest task while typing',
    unit: 'ms',
    goal: { atMost: 50 },
    of: ({ filter }) => filter.typing.longestTaskMs,
  },
  { what: 'heap: opened', unit: 'MB', goal: { atMost: 120 }, of: ({ heap }) => heap.openedBytes / MB },
  { what: 'heap: after scrolling', unit: 'MB', goal: { atMost: 120 }, of: ({ heap }) => heap.scrolledBytes / MB },
  { what: 'heap: its workers', unit: 'MB', goal: null, of: ({ heap }) => heap.workerBytes / MB },
];

/** Medians over the rounds that ended; NaN for what never came. */
export function storedLines({ rounds }: StoredFigures): readonly Line[] {
  return STORED_LINES.map(({ of, ...line }) => ({
    ...line,
    value: median(rounds.map(of).filter((value) => value !== null)),
  }));
}

export function pacedLines({ framesPerSecond, panel, page, sent, stored }: PacedFigures): readonly Line[] {
  const at = `live at ${framesPerSecond} frames/s`;
  return [
    { what: `${at}: the panel`, unit: 'frames/s', value: panel.framesPerSecond, goal: { atLeast: 50 } },
    { what: `${at}: its thread is busy`, unit: '%', value: 100 * panel.busyShare, goal: null },
    { what: `${at}: its longest task`, unit: 'ms', value: panel.longestTaskMs, goal: null },
    { what: `${at}: the page`, unit: 'frames/s', value: page.framesPerSecond, goal: null },
    { what: `${at}: lost`, unit: 'frames', value: sent - stored, goal: { atMost: 0 } },
  ];
}

export function churnLines(churn: ChurnFigures): readonly Line[] {
  const { sockets, earlier } = churn.shape;
  const at = `${sockets + earlier} connections, ${churn.reconnectsPerSecond} opening and closing a second`;
  return [
    { what: at, unit: 'frames/s', value: churn.panel.framesPerSecond, goal: { atLeast: 55 } },
    ...churnDetails(at, churn),
  ];
}

/** No goal is set for it: no page makes so many on purpose. */
export function stormLines(storm: ChurnFigures): readonly Line[] {
  const at = `handshakes failing as fast as ${storm.shape.sockets} sockets try`;
  return [
    { what: at, unit: 'frames/s', value: storm.panel.framesPerSecond, goal: null },
    { what: `${at}: connections in the end`, unit: '', value: storm.connections, goal: null },
    ...churnDetails(at, storm),
  ];
}

function churnDetails(at: string, { panel, sent, stored }: ChurnFigures): readonly Line[] {
  return [
    { what: `${at}: its thread is busy`, unit: '%', value: 100 * panel.busyShare, goal: null },
    { what: `${at}: longest task`, unit: 'ms', value: panel.longestTaskMs, goal: null },
    { what: `${at}: lost`, unit: 'frames', value: sent - stored, goal: { atMost: 0 } },
  ];
}

/** Of several rounds: the median of each figure, but of what must not be at all the most. */
export function overRounds(rounds: readonly (readonly Line[])[]): readonly Line[] {
  const [first = []] = rounds;
  return first.map((line, i) => {
    const values = rounds.flatMap((lines) => lines[i]?.value ?? []);
    return { ...line, value: line.goal?.atMost === 0 ? Math.max(...values) : median(values) };
  });
}

/** null: there is no goal. */
export function isMet({ value, goal }: Line): boolean | null {
  if (!goal) return null;
  if (Number.isNaN(value)) return false;
  return value <= (goal.atMost ?? Number.POSITIVE_INFINITY) && value >= (goal.atLeast ?? Number.NEGATIVE_INFINITY);
}
