/** Words of the grids: groups, columns that are chosen, menus of rows. No logic but plurals. */

import { counted, formatCount, text, words } from '../words/words.ts';
import type { ConnectionColumn, Grouping } from './models/connection-rows.ts';

export const GRID_MENU = words({
  button: 'gridMenu_button',
  columns: 'gridMenu_columns',
  groupBy: 'gridMenu_groupBy',
  jumpToEnd: 'gridMenu_jumpToEnd',
});

export const GROUPING_NAMES: Readonly<Record<Grouping, string>> = words({
  none: 'groupingNames_none',
  lineage: 'groupingNames_lineage',
  url: 'groupingNames_url',
  frame: 'groupingNames_frame',
  state: 'groupingNames_state',
});

export const GROUPS = words({
  connections: (count: number) => counted('groups_connections', count),
  frames: (count: number) => counted('groups_frames', count),
  abnormal: (count: number) => counted('groups_abnormal', count),
  open: (count: number) => text('groups_open', formatCount(count)),
  topFrame: 'groups_topFrame',
  iframe: 'groups_iframe',
  worker: 'groups_worker',
  devServers: (count: number) => counted('groups_devServers', count),
  devServersHint: 'groups_devServersHint',
});

export const MARKS = words({
  findings: (count: number) => counted('marks_findings', count),
  dropped: 'marks_dropped',
  droppedHint: 'marks_droppedHint',
  refused: 'marks_refused',
  refusedHint: 'marks_refusedHint',
  fault: 'marks_fault',
  faultHint: 'marks_faultHint',
  scenarioHint: 'marks_scenarioHint',
});

/** Of columns that the older lists of words do not name. */
export const MORE_CONNECTION_COLUMNS: Readonly<Record<Extract<ConnectionColumn, 'traffic'>, string>> = words({
  traffic: 'moreConnectionColumns_traffic',
});

export const FRAME_GRID = words({
  menu: 'frameGrid_menu',
  columns: { seq: 'frameGrid_columns_seq', event: 'frameGrid_columns_event', latency: 'frameGrid_columns_latency' },
  latencyHint: 'frameGrid_latencyHint',
  time: 'frameGrid_time',
  timeModes: {
    clock: 'frameGrid_timeModes_clock',
    opening: 'frameGrid_timeModes_opening',
    before: 'frameGrid_timeModes_before',
  },
  show: 'frameGrid_show',
  fold: 'frameGrid_fold',
  whole: 'frameGrid_whole',
  beats: (count: number) => counted('frameGrid_beats', count),
  answered: (latency: string) => text('frameGrid_answered', latency),
  generation: (number: number, count: number) => text('frameGrid_generation', formatCount(number), formatCount(count)),
  moment: 'frameGrid_moment',
});
