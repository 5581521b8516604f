/** Everything the panel shows and does, without a view of it: the signals that views read and the commands they give. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { connectionState, endedAtMs } from '../../analysis/connection-state.ts';
import type { Evidence } from '../../analysis/findings/finding.ts';
import { createLeaving } from '../../analysis/leaving.ts';
import { createLiveLineages, type LiveLineages } from '../../analysis/live-lineages.ts';
import { lastSeenMs, runsOf } from '../../analysis/scenario-runs.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { FileEdge } from '../link/file-edge.ts';
import type { Theme } from '../link/panel-host.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import type { SearchEdge } from '../link/search-edge.ts';
import { connectionsSince, newestPageStartMs } from '../models/pages.ts';
import { createSameList } from '../models/same-list.ts';
import type { SettingsFile } from '../models/settings-file.ts';
import { createTotals, type Totals } from '../models/totals.ts';
import { type AnalysisState, createAnalysisState } from './analysis-state.ts';
import { type ConnectionListState, createConnectionListState } from './connection-list-state.ts';
import { createDropState, type DropState } from './drop-state.ts';
import type { PanelEdges } from './edges.ts';
import { createFilterState, type FilterState } from './filter-state.ts';
import { createFrameListState, type FrameListState } from './frame-list-state.ts';
import { createFrameOrdersState, type FrameOrdersState } from './frame-orders-state.ts';
import { createFrameToolsState, type FrameToolsState } from './frame-tools-state.ts';
import { createFramesState, type FramesState } from './frames-state.ts';
import type { Preferences } from './preferences.ts';
import { createProbeState, type ProbeState } from './probe-state.ts';
import { createRecordingState, type RecordingState } from './recording-state.ts';
import { createScenarioState, isOver, type PanelStorage, type ScenarioState } from './scenario-state.ts';
import { createSessionsState, type SessionsState } from './sessions-state.ts';
import { createThemeState, type ThemeState } from './theme-state.ts';
import { createTimelineState, type TimelineState } from './timeline-state.ts';
import { pause, yieldToOthers } from './turns.ts';
import { createVerdictState, type VerdictState } from './verdict-state.ts';

/** What fills the panel below its toolbar. */
export const PANEL_VIEWS = ['connections', 'findings', 'statistics', 'coverage', 'sessions'] as const;
export type PanelView = (typeof PANEL_VIEWS)[number];

export interface PanelState {
  readonly recording: RecordingState;
  readonly frames: FramesState;
  /** How these are listed. */
  readonly frameList: FrameListState;
  /** What is done with single ones. */
  readonly frameTools: FrameToolsState;
  readonly filter: FilterState;
  readonly searchEdge: SearchEdge;
  /** The search bar. */
  readonly isFinding: ReadonlySignal<boolean>;
  readonly timeline: TimelineState;
  readonly scenarios: ScenarioState;
  readonly frameOrders: FrameOrdersState;
  readonly verdict: VerdictState;
  readonly analysis: AnalysisState;
  readonly probes: ProbeState;
  readonly sessions: SessionsState;
  readonly files: FileEdge;
  readonly storage: PanelStorage;
  /** Of Socketscope. */
  readonly version: string;
  readonly view: ReadonlySignal<PanelView>;
  readonly preferences: Preferences;
  /** For views that read more than lists show. */
  readonly source: RecordingSource;
  readonly place: 'devtools' | 'tab';
  /** A stored session is shown: nothing comes to it, and nothing can be done to its page. */
  readonly isStored: boolean;
  readonly theme: ReadonlySignal<Theme>;
  readonly themes: ThemeState;
  readonly preserveLog: ReadonlySignal<boolean>;
  /** All connections of the pages that are shown. */
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  /** Those of them that the filter lets through, and the selected one. */
  readonly listed: ReadonlySignal<readonly ConnectionRecord[]>;
  /** How these are listed. */
  readonly connectionList: ConnectionListState;
  readonly selected: ReadonlySignal<ConnectionRecord | null>;
  readonly lineages: ReadonlySignal<LiveLineages>;
  readonly totals: ReadonlySignal<Totals>;
  readonly hasLiving: ReadonlySignal<boolean>;
  readonly drop: DropState;
  /** Now, as clocks on the screen show it; moved on by `tick`. */
  readonly clockMs: ReadonlySignal<number>;
  nowMs(): number;
  tick(): void;
  requestFrame(callback: () => void): void;
  setPreserveLog(on: boolean): void;
  select(connectionId: string | null): void;
  show(view: PanelView): void;
  /** Selects a finding, and brings its time into view. */
  selectFinding(findingId: string | null): void;
  find(on: boolean): void;
  /** Goes to a frame, past any filter. */
  showFrame(connectionId: string, seq: number): void;
  /** Goes to what a finding rests on: a connection, a frame of it, a moment. */
  showEvidence(evidence: Evidence): void;
  setRecording(on: boolean): void;
  clear(): void;
  setSettings(settings: Settings): void;
  /** What was done last, for the status bar to say; '' when there is nothing to say. */
  readonly notice: ReadonlySignal<string>;
  announce(notice: string): void;
  /** What `applySettingsFile` would take elsewhere; null while the settings are not known. */
  settingsFile(): SettingsFile | null;
  /** Settings, budgets and theme hold at once; what else the panel remembers, when it is opened again. */
  applySettingsFile(file: SettingsFile): void;
  /** After a failure of the store. */
  retry(): void;
  deleteEverything(): Promise<void>;
}

export function createPanelState(edges: PanelEdges): PanelState {
  const { link, source, host, preferences, isStored, nowMs } = edges;
  const recording = createRecordingState(edges);
  const preserveLog = signal(isStored || preferences.boolean('preserveLog', false));
  const themes = createThemeState(host, preferences);
  const toldPageStartMs = signal<number | null>(null);
  const selectedId = signal<string | null>(null);
  const view = signal<PanelView>('connections');
  const notice = signal('');
  const isFinding = signal(false);
  const clockMs = signal(nowMs());

  const pageStartMs = computed(() => toldPageStartMs.value ?? newestPageStartMs(recording.documents.value.values()));
  const withLeaving = createLeaving();
  const allConnections = computed(() =>
    edges.closesWhenLeaving
      ? withLeaving(recording.connections.value, recording.documents.value)
      : recording.connections.value,
  );
  const connections = computed(() =>
    preserveLog.value
      ? allConnections.value
      : connectionsSince(allConnections.value, recording.documents.value, pageStartMs.value),
  );
  const selected = computed(() => {
    const id = selectedId.value;
    return id === null ? null : (connections.value.find(({ connectionId }) => connectionId === id) ?? null);
  });
  const sameList = createSameList<ConnectionRecord>();
  const listed = computed(() =>
    sameList(
      filter.results.value.connections === null
        ? connections.value
        : connections.value.filter((record) => record === selected.value || filter.lists(record.connectionId)),
    ),
  );
  const shownDocuments = computed(() => {
    const ids = new Set(connections.value.map(({ documentId }) => documentId));
    return [...recording.documents.value.values()].filter(
      ({ documentId, openedAtMs }) =>
        ids.has(documentId) || preserveLog.value || openedAtMs >= (pageStartMs.value ?? 0),
    );
  });
  const onError = recording.onSourceFailed;
  // First the picture: reading all frames to analyse them would take the processor and the disk from it.
  const drawnId = signal<string | null>(null);
  const analysis = createAnalysisState({
    edge: edges.analysis,
    subject: computed(() => {
      const sessionId = recording.status.value === 'attached' ? recording.sessionId.value : null;
      return sessionId === null || sessionId !== drawnId.value
        ? null
        : { sessionId, sinceMs: preserveLog.value ? null : pageStartMs.value };
    }),
    rows: computed(() => [recording.connections.value, recording.documents.value]),
    storage: edges.storage,
    closesWhenLeaving: edges.closesWhenLeaving,
    nowMs,
    callAfter: edges.callAfter,
  });
  const heartbeats = computed(
    () =>
      new Map(
        [...analysis.conversations.value].flatMap(([id, { heartbeat }]) =>
          heartbeat ? [[id, heartbeat] as const] : [],
        ),
      ),
  );
  const timeline = createTimelineState({
    source,
    sessionId: recording.sessionId,
    isStored,
    connections,
    heartbeats,
    nowMs,
    yieldToOthers,
    pause,
    onError,
  });
  effect(() => {
    if (recording.isShown.value && !timeline.isBusy.value) drawnId.value = recording.sessionId.value;
  });
  const filter = createFilterState({
    edge: edges.search,
    connections,
    selectedId,
    context: recording.context,
    span: timeline.brush,
    nowMs,
  });

  async function askPageStart(): Promise<void> {
    toldPageStartMs.value = await host.pageStartMs();
  }

  host.onPageChanged(() => void askPageStart());
  void askPageStart();
  const recordedRuns = computed(() => {
    const context = recording.context.value;
    const known = { documents: recording.documents.peek(), connections: recording.connections.peek() };
    const lastMs = lastSeenMs(known.documents.values(), known.connections, context);
    return runsOf(context, { playingId: null, lastSeenMs: lastMs });
  });
  const scenarios = createScenarioState({ link, storage: edges.storage, connections, recorded: recordedRuns, nowMs });
  const verdict = createVerdictState({
    source,
    storage: edges.storage,
    connections,
    selected,
    runs: scenarios.runs,
    context: recording.context,
    clockMs,
    onError,
  });
  const probes = createProbeState({
    link,
    connections,
    probes: computed(() => analysis.result.value?.probes ?? []),
  });
  const sessions = createSessionsState({ link, source: edges.sessions });
  link.open({
    onNews: (news) => {
      if (news.kind === 'scenarioRun') {
        scenarios.onRun(news.run);
        if (news.run && isOver(news.run)) recording.readContext();
      } else recording.onNews(news);
      if (news.kind === 'evidence' || news.kind === 'markRemoved') analysis.refresh();
      sessions.onNews(news);
    },
    onOrphaned: recording.onOrphaned,
  });

  // What is told of playing is about the session in which it was played.
  effect(() => {
    recording.sessionId.value;
    scenarios.forget();
  });

  const totalsOf = createTotals();
  const lineagesIn = createLiveLineages();
  const lineages = computed(() => lineagesIn(connections.value));
  const frames = createFramesState({
    source,
    index: edges.index,
    connection: selected,
    lineages,
    context: recording.context,
    preferences,
    search: filter.search,
    selectConnection: (connectionId) => {
      selectedId.value = connectionId;
    },
    callAfter: edges.callAfter,
    onError,
  });
  const { conversations } = analysis;
  const connectionList = createConnectionListState({
    listed,
    selected,
    lineages,
    conversations,
    clockMs,
    preferences,
  });

  return {
    recording,
    frames,
    frameList: createFrameListState(preferences),
    frameTools: createFrameToolsState({ link, preferences, sessionId: recording.sessionId }),
    filter,
    searchEdge: edges.search,
    isFinding,
    timeline,
    scenarios,
    frameOrders: createFrameOrdersState({ link, connections: recording.connections }),
    verdict,
    analysis,
    probes,
    sessions,
    files: edges.files,
    storage: edges.storage,
    version: edges.version,
    view,
    preferences,
    source,
    place: host.place,
    isStored,
    theme: themes.theme,
    themes,
    preserveLog,
    connections,
    listed,
    connectionList,
    selected,
    lineages,
    totals: computed(() => totalsOf(connections.value, shownDocuments.value)),
    hasLiving: computed(
      () =>
        !isStored &&
        // The latest first: of those that were made long ago, most have ended.
        connections.value.findLast((record) => endedAtMs(record) === null && connectionState(record) !== 'unknown') !==
          undefined,
    ),
    drop: createDropState({ link, recording, selected, isStored }),
    clockMs,
    nowMs,
    tick: () => {
      clockMs.value = nowMs();
    },
    requestFrame: edges.requestFrame,
    setPreserveLog: (on) => {
      preserveLog.value = on;
      preferences.set('preserveLog', on);
    },
    select: (connectionId) => {
      selectedId.value = connectionId;
    },
    show: (next) => {
      view.value = next;
    },
    selectFinding: (findingId) => {
      analysis.select(findingId);
      const span = analysis.span.peek();
      if (span) timeline.reveal(span);
    },
    find: (on) => {
      isFinding.value = on;
    },
    showFrame: (connectionId, seq) => {
      selectedId.value = connectionId;
      const record = selected.peek();
      const shown = record && filter.search(record);
      if (shown && shown.matches.indexOf(seq) < 0) {
        filter.setText('');
        timeline.setBrush(null);
      }
      frames.select(seq);
      verdict.show(false);
      view.value = 'connections';
    },
    showEvidence: (evidence) => {
      if (evidence.kind === 'context') timeline.reveal({ fromMs: evidence.atMs, toMs: evidence.atMs });
      else if (evidence.connectionId !== null) {
        selectedId.value = evidence.connectionId;
        if (evidence.kind === 'frame') frames.select(evidence.seq);
        verdict.show(false);
        view.value = 'connections';
      }
    },
    setRecording: (on) => {
      if (!isStored) link.setRecording(on);
    },
    clear: () => {
      if (!isStored) link.clear();
    },
    setSettings: (settings) => link.setSettings(settings),
    notice,
    announce: (text) => {
      notice.value = text;
    },
    settingsFile: () => {
      const told = recording.settings.peek();
      return told && { settings: told.settings, budgets: verdict.budgets.peek(), preferences: preferences.all() };
    },
    applySettingsFile: (file) => {
      link.setSettings(file.settings);
      verdict.setBudgets(file.budgets);
      for (const [name, value] of Object.entries(file.preferences)) preferences.set(name, value);
      themes.reread();
    },
    retry: () => link.retry(),
    deleteEverything: async () => {
      try {
        await source.deleteEverything();
      } catch (error) {
        onError(error);
        return;
      }
      selectedId.value = null;
      link.retry();
    },
  };
}
