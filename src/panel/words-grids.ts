/** Words of the grids: groups, columns that are chosen, menus of rows. No logic but plurals. */
import type { ConnectionColumn, Grouping } from './models/connection-rows.ts';
import { formatCount } from './models/format.ts';

function many(count: number, one: string, more = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

export const JUMP_TO_END = 'Jump to the end';

export const GRID_MENU = {
  button: 'Columns and groups',
  columns: 'Columns',
  groupBy: 'Group by',
} as const;

export const GROUPING_NAMES: Readonly<Record<Grouping, string>> = {
  none: 'Nothing',
  lineage: 'Logical session',
  url: 'URL',
  frame: 'Frame',
  state: 'State',
};

export const GROUPS = {
  connections: (count: number) => many(count, 'connection'),
  frames: (count: number) => many(count, 'frame'),
  abnormal: (count: number) => many(count, 'abnormal close'),
  open: (count: number) => `${formatCount(count)} open`,
  topFrame: 'Page',
  iframe: 'Frame',
  worker: 'Worker',
  devServers: (count: number) => many(count, 'dev-server socket'),
  devServersHint: 'Sockets of the dev server (hot module replacement), not of the application',
} as const;

export const MARKS = {
  findings: (count: number) => many(count, 'finding'),
  dropped: 'dropped',
  droppedHint: 'Socketscope dropped it',
  refused: 'refused',
  refusedHint: 'A scenario had the browser refuse its handshake',
  fault: 'fault',
  faultHint: 'Socketscope did something to its frames',
  scenarioHint: 'Part of this scenario',
} as const;

/** Of columns that the older lists of words do not name. */
export const MORE_CONNECTION_COLUMNS: Readonly<Record<Extract<ConnectionColumn, 'traffic'>, string>> = {
  traffic: 'Traffic',
};

export const FRAME_GRID = {
  menu: 'Columns and times',
  columns: { seq: 'Number', event: 'Event', latency: 'Answer' },
  latencyHint: 'How long the answer to it took',
  time: 'Time',
  timeModes: {
    clock: 'By the clock',
    opening: 'Since the connection opened',
    before: 'Since the row before',
  },
  show: 'Show',
  fold: 'Fold heartbeats',
  whole: 'All sockets of this conversation',
  beats: (count: number) => many(count, 'heartbeat'),
  answered: (latency: string) => `answered in ${latency}`,
  generation: (number: number, count: number) => `${formatCount(number)} of ${formatCount(count)}`,
  moment: 'Marked',
} as const;
