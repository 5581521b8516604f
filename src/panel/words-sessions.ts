/** What the panel says of sessions. */
import type { SessionKind } from '../protocol/records.ts';
import type { SessionOutcome } from '../protocol/session-verbs.ts';
import type { SnippetKind } from '../report/code/snippets.ts';
import type { FileProblem } from '../report/read-record.ts';
import { counted, formatCount, text, type WordKey, words } from '../words/words.ts';
import type { SessionColumn } from './models/session-list.ts';

export const SESSIONS = words({
  label: 'sessions_label',
  columns: {
    name: 'sessions_columns_name',
    kind: 'sessions_columns_kind',
    started: 'sessions_columns_started',
    duration: 'sessions_columns_duration',
    size: 'sessions_columns_size',
    connections: 'sessions_columns_connections',
    closes: 'sessions_columns_closes',
    findings: 'sessions_columns_findings',
    verdicts: 'sessions_columns_verdicts',
  } satisfies Record<SessionColumn, WordKey>,
  kinds: {
    watch: 'sessions_kinds_watch',
    named: 'sessions_kinds_named',
    always: 'sessions_kinds_always',
    imported: 'sessions_kinds_imported',
  } satisfies Record<SessionKind, WordKey>,
  kindHints: {
    watch: 'sessions_kindHints_watch',
    named: 'sessions_kindHints_named',
    always: 'sessions_kindHints_always',
    imported: 'sessions_kindHints_imported',
  } satisfies Record<SessionKind, WordKey>,
  recording: 'sessions_recording',
  pinned: 'sessions_pinned',
  unknown: 'sessions_unknown',
  findings: (problems: number, warnings: number) =>
    text('sessions_findings', formatCount(problems), formatCount(warnings)),
  findingsHint: (problems: number, warnings: number, notes: number) =>
    text('sessions_findingsHint', formatCount(problems), formatCount(warnings), formatCount(notes)),
  verdicts: (passed: number, failed: number) => text('sessions_verdicts', formatCount(passed), formatCount(failed)),
  verdictsHint: (passed: number, failed: number) =>
    text('sessions_verdictsHint', formatCount(passed), formatCount(failed)),
  search: 'sessions_search',
  searchHint: 'sessions_searchHint',
  empty: ['sessions_empty_title', 'sessions_empty_advice'] as const,
  noneFound: ['sessions_noneFound_title', 'sessions_noneFound_advice'] as const,
  reading: 'sessions_reading',
  notRead: (detail: string) => text('sessions_notRead', detail),
  space: (used: string, count: number) => counted('sessions_space', count, used),
  spaceOf: (usage: string, quota: string) => text('sessions_spaceOf', usage, quota),
  start: 'sessions_start',
  stop: 'sessions_stop',
  current: (name: string) => text('sessions_current', name),
  tabs: (count: number) => text('sessions_tabs', formatCount(count)),
  goesOn: 'sessions_goesOn',
  alwaysOn: (origin: string) => text('sessions_alwaysOn', origin),
  alwaysOnHint: 'sessions_alwaysOnHint',
  alwaysOnNotSaved: 'sessions_alwaysOnNotSaved',
  menu: 'sessions_menu',
  open: 'sessions_open',
  exportFile: 'sessions_exportFile',
  rename: 'sessions_rename',
  notes: 'sessions_notes',
  pin: 'sessions_pin',
  remove: 'sessions_remove',
  undo: 'sessions_undo',
  deleted: (name: string) => text('sessions_deleted', name),
  name: 'sessions_name',
  notesLabel: 'sessions_notesLabel',
  save: 'sessions_save',
  cancel: 'sessions_cancel',
});

export const START_SESSION = words({
  title: 'startSession_title',
  hint: 'startSession_hint',
  name: 'startSession_name',
  namePlaceholder: 'startSession_namePlaceholder',
  tabs: 'startSession_tabs',
  noTabs: 'startSession_noTabs',
  goesOn: 'startSession_goesOn',
  goesOnHint: 'startSession_goesOnHint',
  start: 'startSession_start',
});

export const SESSION_TABS = words({
  button: 'sessionTabs_button',
  title: (name: string) => text('sessionTabs_title', name),
  hint: 'sessionTabs_hint',
  gone: 'sessionTabs_gone',
});

export const SESSION_PROBLEMS: Readonly<Record<Exclude<SessionOutcome, 'done'>, (name: string) => string>> = words({
  notRecorded: () => text('sessionProblems_notRecorded'),
  notFound: (name) => text('sessionProblems_notFound', name),
  isRecorded: (name) => text('sessionProblems_isRecorded', name),
  alreadyNamed: () => text('sessionProblems_alreadyNamed'),
  invalid: () => text('sessionProblems_invalid'),
  failed: (name) => text('sessionProblems_failed', name),
  unanswered: () => text('sessionProblems_unanswered'),
});

export const NOTICES = words({
  label: 'notices_label',
  deletedForRoom: (name: string, size: string) => text('notices_deletedForRoom', name, size),
  dismiss: 'notices_dismiss',
});

export const MARKS = words({
  title: 'marks_title',
  text: 'marks_text',
  placeholder: 'marks_placeholder',
  save: 'marks_save',
  failed: 'marks_failed',
});

export const EXPORT = words({
  title: (name: string) => text('export_title', name),
  hint: 'export_hint',
  format: 'export_format',
  formats: {
    html: ['export_formats_html_title', 'export_formats_html_hint'] as const,
    markdown: ['export_formats_markdown_title', 'export_formats_markdown_hint'] as const,
    ndjson: ['export_formats_ndjson_title', 'export_formats_ndjson_hint'] as const,
    har: ['export_formats_har_title', 'export_formats_har_hint'] as const,
    csv: ['export_formats_csv_title', 'export_formats_csv_hint'] as const,
    otlp: ['export_formats_otlp_title', 'export_formats_otlp_hint'] as const,
  },
  redaction: 'export_redaction',
  modes: {
    secrets: ['export_modes_secrets_title', 'export_modes_secrets_hint'] as const,
    metadata: ['export_modes_metadata_title', 'export_modes_metadata_hint'] as const,
    none: ['export_modes_none_title', 'export_modes_none_hint'] as const,
  },
  patterns: 'export_patterns',
  patternProblem: (line: number, problem: string) => text('export_patternProblem', line, problem),
  preview: 'export_preview',
  previewing: (done: string, total: string) => text('export_previewing', done, total),
  nothingHidden: 'export_nothingHidden',
  hidden: (secrets: number, places: number) => counted('export_hidden', places, counted('export_secrets', secrets)),
  leftOut: (count: number) => counted('export_leftOut', count),
  columns: {
    name: 'export_columns_name',
    sample: 'export_columns_sample',
    count: 'export_columns_count',
    places: 'export_columns_places',
  },
  save: 'export_save',
  writing: (done: string, total: string) => text('export_writing', done, total),
  cancel: 'export_cancel',
  saved: (name: string) => text('export_saved', name),
  failed: (problem: string) => text('export_failed', problem),
});

export const COLLECTOR = words({
  label: 'collector_label',
  hint: 'collector_hint',
  send: 'collector_send',
  idle: (sent: number) => (sent > 0 ? text('collector_idle', formatCount(sent)) : ''),
  sending: (waiting: number) => text('collector_sending', formatCount(waiting)),
  retrying: (waiting: number, problem: string) => text('collector_retrying', formatCount(waiting), problem),
  refused: (waiting: number, problem: string) => text('collector_refused', formatCount(waiting), problem),
});

export const IMPORT = words({
  button: 'import_button',
  drop: 'import_drop',
  /** Of the file's size. */
  reading: (name: string, read: string, size: string) => text('import_reading', name, read, size),
  cancel: 'import_cancel',
  done: (name: string, connections: number, frames: string) =>
    text('import_done', name, counted('import_connections', connections), frames),
  refused: (count: number) => counted('import_refused', count),
  problem: ({ line, unit, text: problem }: FileProblem) =>
    line === null ? problem : text(unit === 'entry' ? 'import_entry' : 'import_line', line, problem),
  brokenBy: (problem: string) => text('import_brokenBy', problem),
  failed: (name: string, problem: string) => text('import_failed', name, problem),
  asks: (problem: string, connections: number, frames: string) =>
    text('import_asks', problem, counted('import_connections', connections), frames),
  keep: 'import_keep',
  discard: 'import_discard',
  open: 'import_open',
});

export const COMPARE_SESSIONS = words({
  back: 'compareSessions_back',
  copy: 'compareSessions_copy',
  failed: (problem: string) => text('compareSessions_failed', problem),
  comparing: 'compareSessions_comparing',
  progress: (done: string, total: string) => text('compareSessions_progress', done, total),
  action: 'compareSessions_action',
  actionWith: (name: string) => text('compareSessions_actionWith', name),
  choose: (name: string) => text('compareSessions_choose', name),
  cancel: 'compareSessions_cancel',
});

export const COPY_CODE = words({
  title: 'copyCode_title',
  hint: 'copyCode_hint',
  kind: 'copyCode_kind',
  kinds: {
    playwright: 'copyCode_kinds_playwright',
    msw: 'copyCode_kinds_msw',
    ws: 'copyCode_kinds_ws',
    wscat: 'copyCode_kinds_wscat',
    websocat: 'copyCode_kinds_websocat',
  } satisfies Record<SnippetKind, WordKey>,
  code: 'copyCode_code',
  making: 'copyCode_making',
  failed: (problem: string) => text('copyCode_failed', problem),
  leftOut: (count: number) => counted('copyCode_leftOut', count),
  copy: 'copyCode_copy',
  save: 'copyCode_save',
  close: 'copyCode_close',
});
