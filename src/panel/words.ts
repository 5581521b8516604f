/** Every word that a user of the panel reads, in one place, so that it can be translated. No logic but plurals. */
import type { ClosedBy, ConnectionState } from '../analysis/connection-state.ts';
import type { GapReason } from '../protocol/page-report.ts';
import type { DropOutcome, StoreFailureKind } from '../protocol/panel-link.ts';
import type { SeenBy } from '../protocol/records.ts';
import { counted, formatCount, text, words } from '../words/words.ts';

export const TOOLBAR = words({
  mark: 'toolbar_mark',
  markHint: (keys: string) => text('toolbar_markHint', keys),
  label: 'toolbar_label',
  record: 'toolbar_record',
  recordOn: (keys: string) => text('toolbar_recordOn', keys),
  recordOff: (keys: string) => text('toolbar_recordOff', keys),
  clear: 'toolbar_clear',
  clearHint: (keys: string) => text('toolbar_clearHint', keys),
  drop: 'toolbar_drop',
  dropHint: (keys: string) => text('toolbar_dropHint', keys),
  filter: 'toolbar_filter',
  filterPlaceholder: 'toolbar_filterPlaceholder',
  filterHint: (keys: string) => text('toolbar_filterHint', keys),
  find: 'toolbar_find',
  findHint: (keys: string) => text('toolbar_findHint', keys),
  preserveLog: 'toolbar_preserveLog',
  preserveLogHint: 'toolbar_preserveLogHint',
  openInTab: 'toolbar_openInTab',
  storedHint: (when: string) => text('toolbar_storedHint', when),
  settings: 'toolbar_settings',
});

export const DROP_OBSTACLES = words({
  stored: 'dropObstacles_stored',
  nothingSelected: 'dropObstacles_nothingSelected',
  alreadyEnded: 'dropObstacles_alreadyEnded',
  outOfReach: 'dropObstacles_outOfReach',
  notAttached: 'dropObstacles_notAttached',
});

export const DROP_OUTCOMES: Readonly<Record<DropOutcome | 'pending', string>> = words({
  pending: 'dropOutcomes_pending',
  done: 'dropOutcomes_done',
  alreadyClosed: 'dropOutcomes_alreadyClosed',
  notFound: 'dropOutcomes_notFound',
  failed: 'dropOutcomes_failed',
  tooMany: 'dropOutcomes_tooMany',
  notAllowed: 'dropOutcomes_notAllowed',
  outOfReach: 'dropOutcomes_outOfReach',
  unanswered: 'dropOutcomes_unanswered',
});

export const CONNECTIONS = words({
  label: 'connections_label',
  columns: {
    url: 'connections_columns_url',
    protocol: 'connections_columns_protocol',
    state: 'connections_columns_state',
    opened: 'connections_columns_opened',
    duration: 'connections_columns_duration',
    framesIn: 'connections_columns_framesIn',
    framesOut: 'connections_columns_framesOut',
    bytesIn: 'connections_columns_bytesIn',
    bytesOut: 'connections_columns_bytesOut',
    close: 'connections_columns_close',
    clean: 'connections_columns_clean',
    closedBy: 'connections_columns_closedBy',
  },
  pageGone: 'connections_pageGone',
  noCode: 'connections_noCode',
  simulated: 'connections_simulated',
});

/** Connections that no page script sees. */
export const SEEN_FROM_OUTSIDE: Readonly<
  Record<Exclude<SeenBy, 'page'>, { readonly tag: string; readonly hint: string }>
> = words({
  network: {
    tag: 'seenFromOutside_network_tag',
    hint: 'seenFromOutside_network_hint',
  },
  devtools: {
    tag: 'seenFromOutside_devtools_tag',
    hint: 'seenFromOutside_devtools_hint',
  },
});

export const STATES: Readonly<Record<ConnectionState, string>> = words({
  connecting: 'states_connecting',
  open: 'states_open',
  closing: 'states_closing',
  closed: 'states_closed',
  gone: 'states_gone',
  unknown: 'states_unknown',
});

export const CLOSED_BY: Readonly<Record<ClosedBy, string>> = words({
  page: 'closedBy_page',
  server: 'closedBy_server',
  lost: 'closedBy_lost',
  neverOpened: 'closedBy_neverOpened',
  socketscope: 'closedBy_socketscope',
  navigation: 'closedBy_navigation',
  unknown: 'closedBy_unknown',
});
export const CLOSED_BY_HINT: Readonly<Record<ClosedBy, string>> = words({
  page: 'closedByHint_page',
  server: 'closedByHint_server',
  lost: 'closedByHint_lost',
  neverOpened: 'closedByHint_neverOpened',
  socketscope: 'closedByHint_socketscope',
  navigation: 'closedByHint_navigation',
  unknown: 'closedByHint_unknown',
});
export const ANSWERS = words({ yes: 'answers_yes', no: 'answers_no' });

export const FRAMES = words({
  label: 'frames_label',
  directionShort: 'frames_directionShort',
  columns: {
    direction: 'frames_columns_direction',
    time: 'frames_columns_time',
    size: 'frames_columns_size',
    kind: 'frames_columns_kind',
    text: 'frames_columns_text',
  },
  in: 'frames_in',
  out: 'frames_out',
  inHint: 'frames_inHint',
  outHint: 'frames_outHint',
  reading: 'frames_reading',
  blobPending: 'frames_blobPending',
  empty: 'frames_empty',
  simulated: 'frames_simulated',
  discarded: 'frames_discarded',
  discardedHint: 'frames_discardedHint',
  truncated: 'frames_truncated',
});

export const FRAME_KINDS = words({ text: 'frameKinds_text', binary: 'frameKinds_binary', blob: 'frameKinds_blob' });

export const GAP_REASONS: Readonly<Record<GapReason | 'unlisted', string>> = words({
  ring: 'gapReasons_ring',
  overflow: 'gapReasons_overflow',
  paused: 'gapReasons_paused',
  cleared: 'gapReasons_cleared',
  full: 'gapReasons_full',
  noRoom: 'gapReasons_noRoom',
  ended: 'gapReasons_ended',
  unlisted: 'gapReasons_unlisted',
});
export const gap = (count: number, reason: GapReason | 'unlisted') =>
  reason === 'cleared' ? counted('gap_cleared', count) : counted('gap', count, GAP_REASONS[reason]);

export const SUMMARY = words({
  label: 'summary_label',
  close: 'summary_close',
  reason: 'summary_reason',
  wasClean: 'summary_wasClean',
  closedBy: 'summary_closedBy',
  simulated: 'summary_simulated',
  abnormal: 'summary_abnormal',
  neverOpened: 'summary_neverOpened',
  lostWhileClosing: 'summary_lostWhileClosing',
  why: 'summary_why',
  whyText: 'summary_whyText',
  reopened: (down: string, attempts: number) =>
    attempts === 1 ? text('summary_reopenedAtOnce', down) : text('summary_reopened', down, attempts),
  tried: (attempts: number) => counted('summary_tried', attempts),
  notTried: 'summary_notTried',
  showReconnect: 'summary_showReconnect',
  generation: (number: number, count: number) => text('summary_generation', formatCount(number), formatCount(count)),
  generationHint: 'summary_generationHint',
  generationBefore: 'summary_generationBefore',
  generationAfter: 'summary_generationAfter',
});

export const DETAIL = words({
  label: 'detail_label',
  copy: 'detail_copy',
  copied: 'detail_copied',
  notCopied: 'detail_notCopied',
  close: 'detail_close',
  reading: 'detail_reading',
  blobPending: 'detail_blobPending',
  empty: 'detail_empty',
  items: (count: number) => counted('detail_items', count),
  keys: (count: number) => counted('detail_keys', count),
});

export const STATUS = words({
  label: 'status_label',
  keys: 'status_keys',
  stored: 'status_stored',
  connections: (count: number) => counted('status_connections', count),
  listed: (listed: number, all: number) => counted('status_listed', all, formatCount(listed)),
  frames: (count: number) => counted('status_frames', count),
  matches: (found: number, all: number) => counted('status_matches', all, formatCount(found)),
  searching: (percent: number) => text('status_searching', percent),
  abnormal: (count: number) => counted('status_abnormal', count),
  simulated: (count: number) => counted('status_simulated', count),
  missed: (count: number) => counted('status_missed', count),
  rejected: (count: number) => counted('status_rejected', count),
  rejectedHint: 'status_rejectedHint',
  leftOut: (count: number) => counted('status_leftOut', count),
  leftOutHint: 'status_leftOutHint',
  behind: (size: string) => text('status_behind', size),
  behindHint: 'status_behindHint',
  leavingOut: {
    nothing: '',
    payloads: 'status_leavingOut_payloads',
    frames: 'status_leavingOut_frames',
  },
  recording: 'status_recording',
  paused: 'status_paused',
  connecting: 'status_connecting',
  notRecording: 'status_notRecording',
});

/** What was not seen whole. */
export const COVERAGE = words({
  handshakeOnly: (count: number) => counted('coverage_handshakeOnly', count),
  handshakeOnlyHint: 'coverage_handshakeOnlyHint',
  framesOnly: (count: number) => counted('coverage_framesOnly', count),
  framesOnlyHint: 'coverage_framesOnlyHint',
  overlooked: (count: number) => counted('coverage_overlooked', count),
  overlookedHint: 'coverage_overlookedHint',
});

export const EMPTY = words({
  connecting: ['empty_connecting_title', ''],
  failed: ['empty_failed_title', 'empty_failed_advice'],
  recording: ['empty_recording_title', 'empty_recording_advice'],
  paused: ['empty_paused_title', 'empty_paused_advice'],
  filtered: ['empty_filtered_title', 'empty_filtered_advice'],
  noFrames: ['empty_noFrames_title', ''],
  noFramesTold: ['empty_noFramesTold_title', 'empty_noFramesTold_advice'],
  noFramesFiltered: ['empty_noFramesFiltered_title', ''],
});
export const hiddenByNavigation = (count: number) => counted('hiddenByNavigation', count);

export const FAILURES: Readonly<Record<StoreFailureKind, { readonly title: string; readonly advice: string }>> = words({
  newer: {
    title: 'failures_newer_title',
    advice: 'failures_newer_advice',
  },
  broken: {
    title: 'failures_broken_title',
    advice: 'failures_broken_advice',
  },
  full: {
    title: 'failures_full_title',
    advice: 'failures_full_advice',
  },
  blocked: {
    title: 'failures_blocked_title',
    advice: 'failures_blocked_advice',
  },
});
export const FAILURE = words({
  retry: 'failure_retry',
  deleteAll: 'failure_deleteAll',
  confirm: 'failure_confirm',
  confirmYes: 'failure_confirmYes',
  confirmNo: 'failure_confirmNo',
  details: 'failure_details',
});

export const ORPHANED = words({
  title: 'orphaned_title',
  advice: {
    devtools: 'orphaned_advice_devtools',
    tab: 'orphaned_advice_tab',
  },
});

export const SETTINGS = words({
  title: 'settings_title',
  scope: 'settings_scope',
  fields: {
    keptPayloadBytes: {
      label: 'settings_fields_keptPayloadBytes_label',
      unit: 'settings_fields_keptPayloadBytes_unit',
      hint: 'settings_fields_keptPayloadBytes_hint',
    },
    sessionPayloadsBytes: {
      label: 'settings_fields_sessionPayloadsBytes_label',
      unit: 'settings_fields_sessionPayloadsBytes_unit',
      hint: 'settings_fields_sessionPayloadsBytes_hint',
    },
    retentionBytes: {
      label: 'settings_fields_retentionBytes_label',
      unit: 'settings_fields_retentionBytes_unit',
      hint: 'settings_fields_retentionBytes_hint',
    },
    retentionAgeMs: {
      label: 'settings_fields_retentionAgeMs_label',
      unit: 'settings_fields_retentionAgeMs_unit',
      hint: 'settings_fields_retentionAgeMs_hint',
    },
  },
  switches: {
    probesAutomatically: {
      label: 'settings_switches_probesAutomatically_label',
      hint: 'settings_switches_probesAutomatically_hint',
    },
    recordStacks: {
      label: 'settings_switches_recordStacks_label',
      hint: 'settings_switches_recordStacks_hint',
    },
    watchListeners: {
      label: 'settings_switches_watchListeners_label',
      hint: 'settings_switches_watchListeners_hint',
    },
  },
  outOfBounds: (min: number, max: number) => text('settings_outOfBounds', formatCount(min), formatCount(max)),
  save: 'settings_save',
  cancel: 'settings_cancel',
  reset: 'settings_reset',
  notSaved: 'settings_notSaved',
  notSavedHint: 'settings_notSavedHint',
});

export const NO_TAB = words({
  title: { missing: 'noTab_title_missing', gone: 'noTab_title_gone', noSession: 'noTab_title_noSession' },
  advice: {
    missing: 'noTab_advice_missing',
    noSession: 'noTab_advice_noSession',
    gone: 'noTab_advice_gone',
  },
  list: 'noTab_list',
  none: 'noTab_none',
});

export const SPLITTERS = words({
  timeline: 'splitters_timeline',
  connections: 'splitters_connections',
  detail: 'splitters_detail',
  findings: 'splitters_findings',
});

export const LOADING = words({ loading: 'loading_loading', notLoaded: 'loading_notLoaded' });

export const KEYS = words({
  control: 'keys_control',
  command: 'keys_command',
  shift: 'keys_shift',
  shiftSymbol: 'keys_shiftSymbol',
});
