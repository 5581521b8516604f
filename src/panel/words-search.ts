/** Words of the filter and of the search bar. No logic but plurals. */

import { formatCount } from '../words/words.ts';
import type { FilterProblemCode } from './models/filter/terms.ts';

function many(count: number, one: string, more = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

/** What is wrong, and what to write. */
export const FILTER_PROBLEMS: Readonly<Record<FilterProblemCode, (detail: string) => string>> = {
  badRegex: (detail) =>
    `Not a regular expression: ${detail}. To look for the characters themselves, put them in quotes.`,
  badDirection: (detail) => `“${detail}” is no direction. Write dir:in or dir:out.`,
  badKind: (detail) => `“${detail}” is no kind of frame. Write kind:text, kind:binary or kind:blob.`,
  controlFrame: (detail) =>
    `Pages cannot see ${detail} frames, so none are recorded. is:heartbeat shows heartbeats in messages, code: how connections closed.`,
  badSize: (detail) => `“${detail}” is no size. Write size:>1k, size:<100 or size:1k..2M.`,
  badTime: (detail) => `“${detail}” is no time. Write time:10:31..10:32, time:+5s..+10s after the start, or time:-30s.`,
  badCode: (detail) => `“${detail}” is no close code. Write code:1006, code:>=4000 or code:1001..1015.`,
  badFact: (detail) =>
    `“${detail}” is unknown. Write is:simulated, heartbeat, truncated, marked, discarded, lost, delayed or empty.`,
  badPath: (detail) => `Not a JSON path: ${detail}. Write it as $.items[0].price.`,
  noValue: (detail) => `A value is missing after ${detail}, as in $.type == "tick".`,
  unknownKey: (detail) => `Looked for as text. Did you mean ${detail}:?`,
};

export const FILTER_FAILURES = {
  stuck:
    'This expression takes too long, and was stopped. Repetitions within repetitions, such as (a+)+, can take for ever; write it without.',
  broken: (detail: string) => `The search failed: ${detail}. Change the filter to try again.`,
} as const;

export const FILTER = {
  strip: 'Filter results',
  matches: (frames: number, all: number, connections: number) =>
    `${formatCount(frames)} of ${many(all, 'frame')} match, in ${many(connections, 'connection')}`,
  listed: (connections: number) => many(connections, 'connection'),
  searching: (percent: number, frames: number) => `Searching… ${percent} %, ${many(frames, 'frame')} so far`,
  progress: 'Searched',
  span: (from: string, to: string) => `${from} – ${to}`,
  clearSpan: 'Show all times again',
  clear: 'Clear filter',
  save: 'Save',
  saveHint: 'Save this filter under a name',
  saveAs: 'Name of the filter',
  saveYes: 'Save',
  saveNo: 'Cancel',
  help: 'Help',
  helpHint: 'What a filter can say',
  suggestions: 'Suggestions',
  saved: 'Saved',
  recent: 'Lately',
  keys: 'Keys',
  remove: (name: string) => `Delete the filter ${name}`,
} as const;

export const FILTER_KEY_HINTS: Readonly<Record<string, string>> = {
  dir: 'direction',
  kind: 'text, binary or blob',
  size: 'bytes, as >1k',
  time: 'a clock time or a span',
  event: 'what the protocol calls it',
  is: 'heartbeat, simulated, marked …',
  url: 'of the connection',
  text: 'of the frame alone',
  code: 'close code of the connection',
};

export const FILTER_HELP = {
  title: 'Filter',
  intro: 'All terms have to hold. Connections are listed that match, or that have frames that do.',
  close: 'Close',
  rows: [
    ['order placed', 'both words, in the connection’s URL or in the frame'],
    ['"order placed"', 'these words together'],
    ['-ping', 'without it; a minus turns any term round'],
    ['/err(or)?/i', 'a regular expression'],
    ['text:42  url:chat', 'only in the frame, only in the connection’s URL'],
    ['dir:out  kind:binary|blob', 'direction; kind. Pages cannot see ping, pong and close frames'],
    ['size:>1k  size:100..2k', 'size in bytes'],
    ['time:10:31:05..10:32', 'between two times of day'],
    ['time:+5s..+1m  time:-30s', 'after the recording’s start; the last 30 seconds'],
    ['event:phx_join', 'what the protocol or the application calls it'],
    ['is:heartbeat  -is:simulated', 'also truncated, marked, discarded, lost, delayed, empty'],
    ['code:1006|>=4000', 'connections by their close code'],
    ['$.type == "tick"', 'a value in JSON; also !=, <, <=, >, >=, =~ /…/, contains'],
    ['$.items[0].price > 3', 'the price of the first item'],
    ['$..id exists', 'an id at any depth (JSONPath, RFC 9535)'],
  ],
} as const satisfies { readonly rows: readonly (readonly [string, string])[] } & Readonly<Record<string, unknown>>;

export const FIND = {
  label: 'Search',
  field: 'Search in all frames',
  placeholder: 'Search in all frames of all connections',
  previous: 'Previous',
  next: 'Next',
  matchCase: 'Match case',
  regex: 'Regular expression',
  close: 'Close search',
  cancel: 'Stop searching',
  list: 'List of results',
  results: 'Search results',
  columns: { time: 'Time', direction: 'Direction', text: 'Text' },
  directionShort: 'I/O',
  position: (at: number, all: number) => `${formatCount(at)} of ${formatCount(all)}`,
  count: (all: number) => many(all, 'frame'),
  searching: (percent: number) => `${percent} %`,
  none: 'Nothing found',
  cancelled: 'stopped',
  reading: 'Reading…',
  hits: (count: number) => many(count, 'frame'),
} as const;
