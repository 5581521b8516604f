/**
 * The panel in a plain page, over the fake link. `?theme=dark`, `?place=tab` and `?width=360` set the scene, `?scene=busy`
 * fills it (`crash` and `generated` in other ways), `&found` lets things be found in it, `&stored` shows it as a stored
 * session; tests do everything else through `window.harness`.
 */
import './fresh.ts';
import './words.ts';
import type { Theme } from '../../../src/panel/link/panel-host.ts';
import { createStoredLink } from '../../../src/panel/link/stored-link.ts';
import type { TimeSpan } from '../../../src/panel/models/time-scale.ts';
import { mountPanel } from '../../../src/panel/mount.tsx';
import type { PanelState } from '../../../src/panel/state/panel-state.ts';
import type { GapReason } from '../../../src/protocol/page-report.ts';
import type { ConnectionRecord, DocumentRecord } from '../../../src/protocol/records.ts';
import { createFakeAnalysis, type FakeAnalysis } from './fake-analysis.ts';
import { createFakeFiles, type FakeFiles } from './fake-files.ts';
import { createFakeLink, type FakeLink } from './fake-link.ts';
import { createFakeRecording, type FakeFrame, type FakeRecording } from './fake-recording.ts';
import { createFakeSessions, type FakeSessions } from './fake-sessions.ts';
import { createLocalIndex } from './local-index.ts';
import { createLocalSearch } from './local-search.ts';
import { closeRow, connectionRow, documentRow, SESSION } from './rows.ts';
import { crashRun, playCrash } from './scene-crash.ts';
import { busyAnalysis } from './scene-findings.ts';
import { playGenerated, shapeOf } from './scene-generated.ts';
import { storedSessions } from './scene-sessions.ts';
import { playBusy } from './scenes.ts';

/** What tests do to the panel's world. Everything that is added is told to the panel at once. */
export interface Harness {
  readonly background: FakeLink;
  readonly recording: FakeRecording;
  readonly analysis: FakeAnalysis;
  readonly sessions: FakeSessions;
  readonly files: FakeFiles;
  /** What other views would tell the panel, where a test is not about them. */
  select(connectionId: string | null): void;
  brush(span: TimeSpan | null): void;
  document(fields: Partial<DocumentRecord> & Pick<DocumentRecord, 'documentId'>): void;
  connection(fields: Partial<ConnectionRecord> & Pick<ConnectionRecord, 'connectionId'>): void;
  change(connectionId: string, fields: Partial<ConnectionRecord>): void;
  close(connectionId: string, code: number, fields?: Parameters<typeof closeRow>[2]): void;
  frames(connectionId: string, frames: readonly FakeFrame[]): void;
  bulk(connectionId: string, count: number): void;
  gap(connectionId: string, count: number, reason: GapReason): void;
  setNow(nowMs: number): void;
  setTheme(theme: Theme): void;
  /** The tab goes to a page that begins then. */
  navigate(pageStartMs: number): void;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

/** 2026-11-21 10:00:00 UTC. */
const START_MS = Date.UTC(2026, 10, 21, 10);

const query = new URLSearchParams(location.search);
const width = query.get('width');
if (width) document.body.style.width = `${width}px`;
const isStored = query.has('stored');
const recording = createFakeRecording();
const background = createFakeLink(recording);
const sessions = createFakeSessions();
const files = createFakeFiles();
const analysis = createFakeAnalysis(() => ({
  connections: [...recording.connections.values()],
  documents: [...recording.documents.values()],
  context: [],
  handshakes: [],
  probes: [],
  digests: new Map(),
  untilMs: nowMs,
}));
/** What the browser keeps for the extension. */
const stored = new Map<string, unknown>();
let nowMs = START_MS + 31_000;
let theme: Theme = query.get('theme') === 'dark' ? 'dark' : 'light';
let pageStartMs: number | null = null;
let onTheme = () => {};
let onPage = () => {};

let panel: PanelState | null = null;

window.harness = {
  background,
  recording,
  analysis,
  sessions,
  files,
  select: (connectionId) => panel?.select(connectionId),
  brush: (span) => panel?.timeline.setBrush(span),
  document: (fields) => {
    recording.documents.set(fields.documentId, documentRow(fields));
    background.tellAll();
  },
  connection: (fields) => {
    recording.connections.set(fields.connectionId, connectionRow(fields));
    background.tellAll();
  },
  change: (connectionId, fields) => {
    const row = recording.connections.get(connectionId);
    if (row) recording.connections.set(connectionId, { ...row, ...fields });
    background.tellAll();
  },
  close: (connectionId, code, fields) => {
    const row = recording.connections.get(connectionId);
    if (row) recording.connections.set(connectionId, { ...row, close: closeRow(nowMs, code, fields) });
    background.tellAll();
  },
  frames: (connectionId, frames) => {
    recording.addFrames(connectionId, frames);
    background.tellAll();
  },
  bulk: (connectionId, count) => {
    recording.setBulk(connectionId, count, (seq) => ({ atMs: START_MS + seq, text: `frame ${seq} of many` }));
    background.tellAll();
  },
  gap: (connectionId, count, reason) => {
    recording.addGap(connectionId, count, reason);
    background.tellAll();
  },
  setNow: (next) => {
    nowMs = next;
  },
  setTheme: (next) => {
    theme = next;
    onTheme();
  },
  navigate: (next) => {
    pageStartMs = next;
    onPage();
  },
};

if (query.get('scene') === 'busy') {
  playBusy(recording, START_MS);
  sessions.stored.push(...storedSessions(START_MS + 31_000));
}
if (query.get('scene') === 'crash') playCrash(recording, START_MS);
if (query.get('scene') === 'generated') playGenerated(recording, shapeOf(query, SESSION));
if (query.has('found')) analysis.setResult(busyAnalysis(START_MS));

panel = mountPanel({
  root: document.getElementById('panel') ?? document.body,
  link: isStored ? createStoredLink(SESSION, background.link) : background.link,
  isStored,
  closesWhenLeaving: CSS.supports('-moz-orient', 'inline'),
  source: recording.source,
  sessions: sessions.source,
  files: files.edge,
  version: '0.0.0',
  analysis: analysis.edge,
  search: createLocalSearch(recording.source),
  index: createLocalIndex(recording.source),
  storage: {
    get: async (key) => stored.get(key),
    set: async (key, value) => {
      stored.set(key, structuredClone(value));
    },
    onChanged: () => undefined,
  },
  tabUrl: query.get('place') === 'tab' ? null : '?place=tab',
  nowMs: () => nowMs,
  host: {
    place: query.get('place') === 'tab' ? 'tab' : 'devtools',
    theme: () => theme,
    onThemeChanged: (listener) => {
      onTheme = listener;
    },
    pageStartMs: async () => pageStartMs,
    onPageChanged: (listener) => {
      onPage = listener;
    },
  },
});

// After the panel has attached, as the background tells it.
if (query.get('scene') === 'crash') {
  setTimeout(() => background.tell({ kind: 'scenarioRun', run: crashRun(START_MS) }));
}
