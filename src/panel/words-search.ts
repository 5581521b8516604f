/** Words of the filter and of the search bar. No logic but plurals. */

import { counted, formatCount, text, words } from '../words/words.ts';
import type { FilterProblemCode } from './models/filter/terms.ts';

/** What is wrong, and what to write. */
export const FILTER_PROBLEMS: Readonly<Record<FilterProblemCode, (detail: string) => string>> = words({
  badRegex: (detail) => text('filterProblems_badRegex', detail),
  badDirection: (detail) => text('filterProblems_badDirection', detail),
  badKind: (detail) => text('filterProblems_badKind', detail),
  controlFrame: (detail) => text('filterProblems_controlFrame', detail),
  badSize: (detail) => text('filterProblems_badSize', detail),
  badTime: (detail) => text('filterProblems_badTime', detail),
  badCode: (detail) => text('filterProblems_badCode', detail),
  badFact: (detail) => text('filterProblems_badFact', detail),
  badPath: (detail) => text('filterProblems_badPath', detail),
  noValue: (detail) => text('filterProblems_noValue', detail),
  unknownKey: (detail) => text('filterProblems_unknownKey', detail),
});

export const FILTER_FAILURES = words({
  stuck: 'filterFailures_stuck',
  broken: (detail: string) => text('filterFailures_broken', detail),
});

export const FILTER = words({
  strip: 'filter_strip',
  matches: (frames: number, all: number, connections: number) =>
    text(
      'filter_matches',
      counted('status_frames', all),
      formatCount(frames),
      counted('status_connections', connections),
    ),
  listed: (connections: number) => counted('filter_listed', connections),
  searching: (percent: number, frames: number) => counted('filter_searching', frames, percent),
  progress: 'filter_progress',
  cut: (frames: number) => counted('filter_cut', frames),
  cutHint: 'filter_cutHint',
  span: (from: string, to: string) => text('filter_span', from, to),
  clearSpan: 'filter_clearSpan',
  clear: 'filter_clear',
  save: 'filter_save',
  saveHint: 'filter_saveHint',
  saveAs: 'filter_saveAs',
  saveYes: 'filter_saveYes',
  saveNo: 'filter_saveNo',
  help: 'filter_help',
  helpHint: 'filter_helpHint',
  suggestions: 'filter_suggestions',
  saved: 'filter_saved',
  recent: 'filter_recent',
  keys: 'filter_keys',
  remove: (name: string) => text('filter_remove', name),
});

export const FILTER_KEY_HINTS: Readonly<Record<string, string>> = words({
  dir: 'filterKeyHints_dir',
  kind: 'filterKeyHints_kind',
  size: 'filterKeyHints_size',
  time: 'filterKeyHints_time',
  event: 'filterKeyHints_event',
  is: 'filterKeyHints_is',
  url: 'filterKeyHints_url',
  text: 'filterKeyHints_text',
  code: 'filterKeyHints_code',
});

export const FILTER_HELP = {
  title: text('filterHelp_title'),
  intro: text('filterHelp_intro'),
  close: text('filterHelp_close'),
  rows: [
    ['order placed', text('filterHelp_words')],
    ['"order placed"', text('filterHelp_phrase')],
    ['-ping', text('filterHelp_without')],
    ['/err(or)?/i', text('filterHelp_regex')],
    ['text:42  url:chat', text('filterHelp_only')],
    ['dir:out  kind:binary|blob', text('filterHelp_direction')],
    ['size:>1k  size:100..2k', text('filterHelp_size')],
    ['time:10:31:05..10:32', text('filterHelp_timeOfDay')],
    ['time:+5s..+1m  time:-30s', text('filterHelp_timeSpan')],
    ['event:phx_join', text('filterHelp_event')],
    ['is:heartbeat  -is:simulated', text('filterHelp_is')],
    ['code:1006|>=4000', text('filterHelp_code')],
    ['$.type == "tick"', text('filterHelp_value')],
    ['$.items[0].price > 3', text('filterHelp_item')],
    ['$..id exists', text('filterHelp_depth')],
  ],
} as const satisfies { readonly rows: readonly (readonly [string, string])[] } & Readonly<Record<string, unknown>>;

export const FIND = words({
  label: 'find_label',
  field: 'find_field',
  placeholder: 'find_placeholder',
  previous: 'find_previous',
  next: 'find_next',
  matchCase: 'find_matchCase',
  regex: 'find_regex',
  close: 'find_close',
  cancel: 'find_cancel',
  list: 'find_list',
  results: 'find_results',
  columns: { time: 'find_columns_time', direction: 'find_columns_direction', text: 'find_columns_text' },
  directionShort: 'find_directionShort',
  position: (at: number, all: number) => text('find_position', formatCount(at), formatCount(all)),
  count: (all: number) => counted('find_count', all),
  searching: (percent: number) => text('find_searching', percent),
  none: 'find_none',
  cancelled: 'find_cancelled',
  reading: 'find_reading',
  hits: (count: number) => counted('find_hits', count),
});
