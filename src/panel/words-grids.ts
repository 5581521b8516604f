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
export const MORE_CONNECTION_COLUMNS: Readonly<Record<Extract<ConnectionColumn, 'traffic' | 'comeBack'>, string>> =
  words({
    traffic: 'moreConnectionColumns_traffic',
    comeBack: 'moreConnectionColumns_comeBack',
  });

/** Where there is little room for it. */
export const COME_BACK_SHORT = words({ title: 'moreConnectionColumns_comeBackShort' });

/** Whether another connection has taken the place of one that ended. */
export const COME_BACKS = words({
  after: (down: string) => text('comeBacks_after', down),
  notYet: 'comeBacks_notYet',
  no: 'comeBacks_no',
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

export const FRAME_MENU = words({
  label: 'frameMenu_label',
  copy: 'frameMenu_copy',
  forms: {
    text: 'frameMenu_forms_text',
    json: 'frameMenu_forms_json',
    base64: 'frameMenu_forms_base64',
    literal: 'frameMenu_forms_literal',
  },
  openInTab: 'frameMenu_openInTab',
  compare: 'frameMenu_compare',
  compareWithBase: (seq: number) => text('frameMenu_compareWithBase', formatCount(seq)),
  mark: 'frameMenu_mark',
  editMark: 'frameMenu_editMark',
  removeMark: 'frameMenu_removeMark',
  edit: 'frameMenu_edit',
  notLive: 'frameMenu_notLive',
  open: 'frameMenu_open',
  close: 'frameMenu_close',
});

export const MARK_DIALOG = words({
  title: 'markDialog_title',
  edit: 'markDialog_edit',
  hint: 'markDialog_hint',
  text: 'markDialog_text',
  cancel: 'markDialog_cancel',
  save: 'markDialog_save',
  problems: {
    notRecorded: 'markDialog_problems_notRecorded',
    notFound: 'markDialog_problems_notFound',
    isRecorded: 'markDialog_problems_isRecorded',
    alreadyNamed: 'markDialog_problems_alreadyNamed',
    invalid: 'markDialog_problems_invalid',
    failed: 'markDialog_problems_failed',
    unanswered: 'markDialog_problems_unanswered',
  },
});

export const COMPARE = words({
  title: 'compare_title',
  reading: 'compare_reading',
  unreadable: 'compare_unreadable',
  lines: 'compare_lines',
  cut: 'compare_cut',
  close: 'compare_close',
  same: 'compare_same',
  changes: (count: number) => counted('compare_changes', count),
  by: { json: 'compare_by_json', text: 'compare_by_text', bytes: 'compare_by_bytes' },
  kinds: { removed: 'compare_kinds_removed', added: 'compare_kinds_added' },
  choose: (seq: number) => text('compare_choose', formatCount(seq)),
  compare: 'compare_compare',
  cancel: 'compare_cancel',
});

export const COMPOSE = words({
  title: 'compose_title',
  button: 'compose_button',
  buttonHint: 'compose_buttonHint',
  direction: 'compose_direction',
  toServer: 'compose_toServer',
  toPage: 'compose_toPage',
  mode: 'compose_mode',
  modes: {
    text: 'compose_modes_text',
    json: 'compose_modes_json',
    hex: 'compose_modes_hex',
    base64: 'compose_modes_base64',
  },
  payload: 'compose_payload',
  placeholders: 'compose_placeholders',
  template: 'compose_template',
  templateName: 'compose_templateName',
  saveTemplate: 'compose_saveTemplate',
  removeTemplate: 'compose_removeTemplate',
  close: 'compose_close',
  send: 'compose_send',
  deliver: 'compose_deliver',
  sent: 'compose_sent',
  delivered: 'compose_delivered',
  nothingSelected: 'compose_nothingSelected',
  notLive: 'compose_notLive',
  outOfReach: 'compose_outOfReach',
  notJson: (detail: string) => text('compose_notJson', detail),
  problems: {
    notHex: 'compose_problems_notHex',
    notBase64: 'compose_problems_notBase64',
    tooLong: 'compose_problems_tooLong',
  },
  failures: {
    alreadyClosed: 'compose_failures_alreadyClosed',
    notFound: 'compose_failures_notFound',
    failed: 'compose_failures_failed',
    tooMany: 'compose_failures_tooMany',
    notAllowed: 'compose_failures_notAllowed',
    outOfReach: 'compose_failures_outOfReach',
    unanswered: 'compose_failures_unanswered',
  },
});
