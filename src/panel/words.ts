/** Every word that a user of the panel reads, in one place, so that it can be translated. No logic but plurals. */
import type { ClosedBy, ConnectionState } from '../analysis/connection-state.ts';
import type { GapReason } from '../protocol/page-report.ts';
import type { DropOutcome, StoreFailureKind } from '../protocol/panel-link.ts';
import type { SeenBy } from '../protocol/records.ts';
import { formatCount } from './models/format.ts';

/** "1 frame", "1,204 frames". */
function many(count: number, one: string, more = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

export const TOOLBAR = {
  label: 'Recording',
  record: 'Record',
  recordOn: (keys: string) => `Stop recording (${keys})`,
  recordOff: (keys: string) => `Record (${keys})`,
  clear: 'Clear',
  clearHint: (keys: string) => `Clear: delete what this recording holds (${keys})`,
  drop: 'Drop',
  dropHint: (keys: string) => `Drop the selected connection: the page sees an abnormal close, code 1006 (${keys})`,
  filter: 'Filter',
  filterPlaceholder: 'Filter',
  filterHint: (keys: string) =>
    `Words, -words, /expressions/, dir:, size:, event:, $.json.path …; lists connections and frames that match (${keys})`,
  find: 'Search',
  findHint: (keys: string) => `Search in all frames of all connections (${keys})`,
  preserveLog: 'Preserve log',
  preserveLogHint: 'Keep the connections of earlier pages when the tab goes to another page',
  openInTab: 'Open in a tab',
  storedHint: (when: string) => `A stored session, recorded ${when}. Nothing can be done to its page`,
  settings: 'Settings',
} as const;

export const DROP_OBSTACLES = {
  stored: 'A stored session has no page',
  nothingSelected: 'Select a connection to drop it',
  alreadyEnded: 'The selected connection has ended already',
  outOfReach: 'The selected connection belongs to a worker: Socketscope sees it from outside and cannot drop it',
  notAttached: 'Not connected to the recorder',
} as const;

export const DROP_PENDING = 'Dropping…';
export const DROP_OUTCOMES: Readonly<Record<DropOutcome, string>> = {
  done: 'Dropped: the page saw error, then close 1006',
  alreadyClosed: 'Not dropped: it was closed already',
  notFound: 'Not dropped: its page is gone',
  failed: 'Not dropped: the page could not do it',
  tooMany: 'Not dropped: too many faults hold already',
  notAllowed: 'Not dropped: it belongs to another tab',
  outOfReach: 'Socketscope cannot reach this connection: it belongs to a worker',
  unanswered: 'No answer from the page; it may not have been dropped',
};

export const CONNECTIONS = {
  label: 'Connections',
  columns: {
    url: 'URL',
    protocol: 'Protocol',
    state: 'State',
    opened: 'Opened at',
    duration: 'Duration',
    framesIn: 'Frames in',
    framesOut: 'Frames out',
    bytesIn: 'Bytes in',
    bytesOut: 'Bytes out',
    close: 'Close',
    clean: 'Clean',
    closedBy: 'Closed by',
  },
  pageGone: 'page gone',
  noCode: 'no code told',
  simulated: 'simulated',
} as const;

/** Connections that no page script sees. */
export const SEEN_FROM_OUTSIDE: Readonly<
  Record<Exclude<SeenBy, 'page'>, { readonly tag: string; readonly hint: string }>
> = {
  network: {
    tag: 'handshake only',
    hint: 'It belongs to a worker, or to a document that Socketscope could not enter: the browser tells of its handshake, not of its frames and its end',
  },
  devtools: {
    tag: 'by DevTools',
    hint: 'It belongs to a worker, or to a document that Socketscope could not enter: DevTools tell of its frames and its end, not of its close code',
  },
};

export const STATES: Readonly<Record<ConnectionState, string>> = {
  connecting: 'connecting',
  open: 'open',
  closing: 'closing',
  closed: 'closed',
  gone: 'gone',
  unknown: 'unknown',
};

export const CLOSED_BY: Readonly<Record<ClosedBy, string>> = {
  page: 'page',
  server: 'server',
  lost: 'lost',
  neverOpened: 'never opened',
  socketscope: 'Socketscope',
  navigation: 'navigation',
  unknown: 'unknown',
};
export const CLOSED_BY_HINT: Readonly<Record<ClosedBy, string>> = {
  page: 'The page called close()',
  server: 'A close frame came that the page had not asked for',
  lost: 'No close frame came: the network, a proxy or a dying server. A page cannot tell which',
  neverOpened: 'The handshake never completed',
  socketscope: 'Socketscope dropped it, or had the browser refuse its handshake: simulated',
  navigation: 'Its page went away. Firefox closes the connections of a page that is being left with code 1001',
  unknown: 'DevTools saw it end and do not tell the close code',
};
export const YES = 'yes';
export const NO = 'no';

export const FRAMES = {
  label: 'Frames',
  directionShort: 'I/O',
  columns: { direction: 'Direction', time: 'Time', size: 'Size', kind: 'Kind', text: 'Text' },
  in: 'in',
  out: 'out',
  inHint: 'received by the page',
  outHint: 'sent by the page',
  reading: 'Reading…',
  blobPending: 'Blob',
  empty: '(empty)',
  simulated: 'simulated',
  discarded: 'discarded',
  discardedHint: 'Sent while closing or closed: the browser threw it away',
  truncated: 'truncated',
} as const;

export const FRAME_KINDS = { text: 'text', binary: 'binary', blob: 'blob' } as const;

export const GAP_REASONS: Readonly<Record<GapReason | 'unlisted', string>> = {
  ring: 'from before this recording',
  overflow: 'more came than could be carried',
  paused: 'recording was off',
  cleared: 'from before Clear',
  full: 'this recording is full',
  noRoom: 'no storage left',
  ended: 'the page ended before they could be written',
  unlisted: 'too many gaps to list each',
};
export const gap = (count: number, reason: GapReason | 'unlisted') =>
  reason === 'cleared'
    ? `${many(count, 'frame')} ${GAP_REASONS.cleared}`
    : `${many(count, 'frame')} not recorded: ${GAP_REASONS[reason]}`;

export const SUMMARY = {
  label: 'Selected connection',
  close: 'Deselect',
  reason: 'reason',
  noReason: 'no reason given',
  wasClean: 'wasClean',
  closedBy: 'closed by',
  simulated: 'Simulated by Socketscope; never counted as a real failure.',
  abnormal: 'The connection was open and ended without a close frame.',
  neverOpened: 'The handshake never completed.',
  lostWhileClosing: 'The page asked to close, but no close frame came back.',
  why: 'Why does 1006 say so little?',
  whyText:
    'No server sends 1006: the browser fills it in when no close frame came. DNS failure, refused port, TLS failure, failed handshake, a cut by a proxy, a crashed server and a lost network all look the same to a page, because the specification forbids telling them apart. What happened shows in the time of the close, in the frames before it, and in the logs of the server and the proxies.',
  reopened: (down: string, attempts: number) =>
    attempts === 1
      ? `The page reconnected after ${down}.`
      : `The page reconnected after ${down}, at attempt ${attempts}.`,
  tried: (attempts: number) => `The page tried again (${many(attempts, 'attempt')}); nothing has opened yet.`,
  notTried: 'No reconnect has followed.',
  showReconnect: 'Show it',
  generation: (number: number, count: number) => `${formatCount(number)} of ${formatCount(count)}`,
  generationHint: 'Connections that took each other’s place: one logical session over its reconnects',
  generationBefore: 'The connection that it followed',
  generationAfter: 'The connection that followed it',
} as const;

export const DETAIL = {
  label: 'Detail',
  views: { json: 'JSON', text: 'Text', hex: 'Hex' },
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Could not copy',
  close: 'Close detail',
  reading: 'Reading…',
  jsonTree: 'JSON tree',
  prefix: 'before it',
  blobPending: 'The bytes of this Blob have not been read yet, or the page could not read them.',
  truncated: (kept: string, size: string) => `Only ${kept} of ${size} are kept.`,
  empty: 'The frame has no content.',
  items: (count: number) => many(count, 'item'),
  keys: (count: number) => many(count, 'key'),
} as const;

export const STATUS = {
  keys: 'Keyboard shortcuts (?)',
  label: 'Status',
  stored: 'Stored session',
  connections: (count: number) => many(count, 'connection'),
  listed: (listed: number, all: number) => `${formatCount(listed)} / ${many(all, 'connection')}`,
  frames: (count: number) => many(count, 'frame'),
  matches: (found: number, all: number) => `${formatCount(found)} of ${many(all, 'frame')} match`,
  searching: (percent: number) => `Searching… ${percent} %`,
  abnormal: (count: number) => many(count, 'abnormal close'),
  simulated: (count: number) => many(count, 'simulated drop'),
  rejected: (count: number) => `${many(count, 'forged message')} refused`,
  rejectedHint:
    'The page sent messages in our name that no Socketscope sends, or more than one recording takes. They were not recorded',
  leftOut: (count: number) => `${many(count, 'payload')} left out`,
  leftOutHint:
    'More came than could be carried, or than one recording takes. The frames are recorded with their true sizes, without their content',
  behind: (size: string) => `Behind: ${size} wait to be stored`,
  behindHint:
    'The page sends more than is stored in the same time. What waits is kept in the page; when it is too much, payloads are left out first, then frames, and both are counted',
  leavingOut: {
    nothing: '',
    payloads: ', payloads are being left out',
    frames: ', payloads and frames are being left out',
  },
  recording: 'Recording',
  paused: 'Paused',
  connecting: 'Connecting…',
  notRecording: 'Not recording',
} as const;

/** What was not seen whole. */
export const COVERAGE = {
  handshakeOnly: (count: number) => `${many(count, 'connection')} without frames`,
  handshakeOnlyHint:
    'Connections of workers, of which the browser tells nothing but the handshake: no frames, no end. Chromium tells more while DevTools are open',
  framesOnly: (count: number) => `${many(count, 'connection')} by DevTools`,
  framesOnlyHint:
    'Connections of workers, of which DevTools tell the frames and the end, but no close code. What came in the last second before the page was left may be missing',
  overlooked: (count: number) => `${many(count, 'handshake')} not looked into`,
  overlookedHint: 'So many connections were made at once that it was not found out whether the page script sees these',
} as const;

export const EMPTY = {
  connecting: ['Connecting to the recorder…', ''],
  failed: ['Nothing is recorded', 'What is wrong, and what to do, is said above.'],
  recording: [
    'No WebSocket yet',
    'Recording. Reload the page to catch its connections from the start, or use the page until it opens one.',
  ],
  paused: ['Recording is off', 'Press Record to go on.'],
  filtered: [
    'No connection matches the filter',
    'Neither a connection nor a frame of one does. Change or clear the filter.',
  ],
  noFrames: ['No frames yet', ''],
  noFramesTold: [
    'Frames of this connection cannot be seen',
    'It belongs to a worker, or to a document that Socketscope could not enter. The browser tells of its handshake only.',
  ],
  noFramesFiltered: ['No frame matches the filter', ''],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;
export const hiddenByNavigation = (count: number) =>
  `${many(count, 'connection')} of earlier pages hidden; Preserve log shows them.`;

export const FAILURES: Readonly<Record<StoreFailureKind, { readonly title: string; readonly advice: string }>> = {
  newer: {
    title: 'The recordings were made by a newer version of Socketscope',
    advice: 'Update Socketscope to read them. Nothing is recorded until then, and nothing has been deleted.',
  },
  broken: {
    title: 'The recordings cannot be read or written',
    advice:
      'Try again, or restart the browser. If it stays so, the database is damaged: only deleting it makes recording work again.',
  },
  full: {
    title: 'There is no space left to record',
    advice: 'Free some disk space, or delete recordings. What was recorded so far is still there.',
  },
  blocked: {
    title: 'The recordings are in use by another version of Socketscope',
    advice: 'Close other DevTools windows and Socketscope tabs, then try again.',
  },
};
export const FAILURE = {
  retry: 'Try again',
  deleteAll: 'Delete all recordings',
  confirm: 'Delete all recordings of all tabs, for good? This cannot be undone.',
  confirmYes: 'Delete all recordings',
  confirmNo: 'Keep them',
  details: 'Details',
} as const;

export const ORPHANED = {
  title: 'Socketscope was updated or reloaded',
  advice: {
    devtools: 'Close DevTools and open them again to go on recording.',
    tab: 'Reload this tab to go on recording.',
  },
} as const;

export const SETTINGS = {
  title: 'Settings',
  scope: 'For all tabs.',
  fields: {
    keptPayloadBytes: {
      label: 'Keep of each frame, at most',
      unit: 'KiB',
      hint: 'The rest of a longer payload is not stored. Sizes are always true. 0 keeps no content at all.',
    },
    retentionBytes: {
      label: 'Keep ended recordings up to',
      unit: 'MiB',
      hint: 'The oldest are deleted first. The present recording is never deleted.',
    },
    retentionAgeMs: { label: 'Keep ended recordings for', unit: 'days', hint: 'Older ones are deleted.' },
  },
  switches: {
    probesAutomatically: {
      label: 'Ask endpoints whose handshake failed',
      hint: 'One HTTP request to the same address, at once, to learn what the browser hides. The server sees a request that the page did not make.',
    },
    recordStacks: {
      label: 'Record who opens and closes connections',
      hint: 'Keeps the call stacks of the constructor and of close(). Costs the page a little time.',
    },
    watchListeners: {
      label: 'Notice messages that nobody listens to',
      hint: 'From the next connection on. Wraps addEventListener; a page that looks for it can find that out.',
    },
  },
  outOfBounds: (min: number, max: number) => `Write a whole number from ${formatCount(min)} to ${formatCount(max)}.`,
  save: 'Save',
  cancel: 'Cancel',
  reset: 'Reset to defaults',
  notSaved: 'Settings not saved',
  notSavedHint: 'The browser could not store them. They hold for now, and may be forgotten at any time',
} as const;

export const NO_TAB = {
  title: {
    missing: 'Which tab?',
    gone: 'This tab is not there any more',
    noSession: 'This session is not stored here',
  },
  advice: {
    missing: 'This page shows the WebSockets of one browser tab. Choose it here, or open the panel from DevTools.',
    noSession:
      'It was deleted, or recorded in another browser profile. Choose a tab here, or open the panel from DevTools.',
    gone: 'It was closed, or the browser was restarted since. Choose another tab here, or open the panel from DevTools.',
  },
  list: 'Open tabs',
  none: 'No tab with a web page is open.',
} as const;

export const SPLITTERS = {
  timeline: 'Height of the timeline',
  connections: 'Height of the connections',
  detail: 'Size of the detail view',
  findings: 'Size of the list of findings',
} as const;

export const LOADING = { loading: 'Loading…', notLoaded: 'This view could not be loaded' } as const;

export const KEYS = { control: 'Ctrl', command: '⌘', shift: 'Shift', shiftSymbol: '⇧' } as const;
