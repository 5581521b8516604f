/** What the panel says of sessions. */
import type { SessionKind } from '../protocol/records.ts';
import type { SessionOutcome } from '../protocol/session-verbs.ts';
import { formatCount } from './models/format.ts';
import type { SessionColumn } from './models/session-list.ts';

export const SESSIONS = {
  label: 'Sessions',
  columns: {
    name: 'Name',
    kind: 'Kind',
    started: 'Started',
    duration: 'Duration',
    size: 'Size',
    connections: 'Connections',
    closes: '1006',
    findings: 'Findings',
    verdicts: 'Verdicts',
  } satisfies Record<SessionColumn, string>,
  kinds: {
    watch: 'watched',
    named: 'named',
    always: 'always on',
    imported: 'imported',
  } satisfies Record<SessionKind, string>,
  kindHints: {
    watch: 'Recorded while somebody looked',
    named: 'Started and stopped by somebody',
    always: 'Of a site that is always recorded',
    imported: 'Read from a file',
  } satisfies Record<SessionKind, string>,
  recording: 'recording',
  pinned: 'Pinned: never deleted by itself',
  unknown: 'Not analysed yet: open it once',
  findings: (problems: number, warnings: number) => `${formatCount(problems)} / ${formatCount(warnings)}`,
  findingsHint: (problems: number, warnings: number, notes: number) =>
    `${formatCount(problems)} problems, ${formatCount(warnings)} warnings, ${formatCount(notes)} notes`,
  verdicts: (passed: number, failed: number) => `${formatCount(passed)} ✓ ${formatCount(failed)} ✗`,
  verdictsHint: (passed: number, failed: number) =>
    `${formatCount(passed)} lines of verdicts passed, ${formatCount(failed)} failed`,
  search: 'Search sessions',
  searchHint: 'Name, notes, page, browser',
  empty: ['No session is stored', 'What is recorded now is listed here when it has ended.'] as const,
  noneFound: ['No session matches', 'Change or clear the search.'] as const,
  reading: 'Reading …',
  notRead: (detail: string) => `The sessions could not be read: ${detail}`,
  space: (used: string, count: number) => `${used} in ${formatCount(count)} ${count === 1 ? 'session' : 'sessions'}`,
  spaceOf: (usage: string, quota: string) => `the browser counts ${usage} of ${quota}`,
  start: 'Start session …',
  stop: 'Stop session',
  current: (name: string) => `Recording: ${name}`,
  tabs: (count: number) => `${formatCount(count)} tabs`,
  goesOn: 'goes on until it is stopped',
  alwaysOn: (origin: string) => `Always record ${origin}`,
  alwaysOnHint:
    'From now on, whether or not the panel is open. A badge on the extension’s icon says so. Socketscope needs no further permission for it.',
  alwaysOnNotSaved: 'The browser could not store this: it lasts until the browser is closed',
  menu: 'Actions',
  open: 'Open in a tab',
  rename: 'Rename …',
  notes: 'Notes …',
  pin: 'Pin',
  remove: 'Delete',
  undo: 'Undo',
  deleted: (name: string) => `“${name}” was deleted.`,
  name: 'Name',
  notesLabel: 'Notes',
  save: 'Save',
  cancel: 'Cancel',
} as const;

export const START_SESSION = {
  title: 'Start a session',
  hint: 'Begins now. Connections that are open go on in it; what was recorded before stays in a session of its own.',
  name: 'Name',
  namePlaceholder: 'Cart survives a lost Wi-Fi',
  tabs: 'Other tabs in it',
  noTabs: 'No other tab can be recorded.',
  goesOn: 'Goes on until it is stopped',
  goesOnHint: 'Over reloads and navigations, when DevTools are closed, and when the browser is started again.',
  start: 'Start',
} as const;

export const SESSION_PROBLEMS: Readonly<Record<Exclude<SessionOutcome, 'done'>, (name: string) => string>> = {
  notRecorded: () => 'This tab is not recorded in a session that somebody has started.',
  notFound: (name) => `“${name}” is not there any more. Another window may have deleted it.`,
  isRecorded: (name) => `“${name}” is being recorded. Stop it first.`,
  alreadyNamed: () => 'One of the tabs is in another session already. Stop that one first, or leave the tab out.',
  invalid: () => 'That cannot be meant: write a name of at most 200 characters.',
  failed: (name) => `“${name}” could not be changed: the browser’s storage refused it. Try again.`,
  unanswered: () => 'The extension did not answer. Try again.',
};

export const NOTICES = {
  label: 'Happened meanwhile',
  deletedForRoom: (name: string, size: string) =>
    `The browser’s storage was full: the oldest session, “${name}” (${size}), was deleted to make room.`,
  dismiss: 'Dismiss',
} as const;

export const MARKS = {
  button: 'Mark this moment',
  hint: (keys: string) => `Put a marker on the timeline (${keys})`,
  title: 'Marker',
  text: 'What happened',
  placeholder: 'Wi-Fi switched off',
  save: 'Set marker',
  failed: 'The marker could not be set: nothing is being recorded.',
} as const;
