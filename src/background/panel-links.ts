/** The background's end of the panel ports: what a panel asks for, and what panels are told. */
import type { ExtensionPort } from '../browser/extension.ts';
import type { DropOutcome, FrameOrder, PanelRequest, PanelUpdate, ScenarioTarget } from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import type { SessionAnswer, SessionVerb } from '../protocol/session-verbs.ts';
import type { Settings } from '../protocol/settings.ts';
import type { ProbeAnswer } from './probes.ts';
import type { RecordedTab } from './recorded-tabs.ts';
import type { PlayAnswer } from './scenario-runs.ts';
import type { Sessions } from './sessions.ts';

export interface PanelLinksEdges {
  readonly sessions: Sessions;
  /** Null: of a panel that looks at no tab. */
  obey(tabId: number | null, verb: SessionVerb): Promise<SessionAnswer>;
  /** The session that the tab is recorded in. Null when it is in none, or the store cannot tell. */
  sessionNews(tabId: number): Promise<PanelUpdate | null>;
  drop(tabId: number, connectionId: string): Promise<DropOutcome>;
  orderFrame(tabId: number, connectionId: string, order: FrameOrder): Promise<DropOutcome>;
  playScenario(tabId: number, scenario: unknown, target: ScenarioTarget): Promise<PlayAnswer>;
  stopScenario(tabId: number): void;
  probe(tabId: number, connectionId: string): Promise<ProbeAnswer>;
  onDevtoolsFailed(tabId: number, handshakes: readonly unknown[]): void;
  /** DevTools list connections, tell of one, and are closed. */
  onDevtoolsFound(tabId: number, handshakes: readonly unknown[]): void;
  onDevtoolsReports(tabId: number, connectionId: string, reports: readonly unknown[]): Promise<ConnectionRecord | null>;
  onDevtoolsClosed(tabId: number): void;
  /** What every panel must know before anything else. */
  standingNews(): Promise<readonly PanelUpdate[]>;
  /** What a panel that has just attached must know besides its session. */
  describe(tabId: number): readonly PanelUpdate[];
  settings(): Promise<Settings>;
  /** False when they could not be stored. */
  setSettings(settings: Settings): Promise<boolean>;
  onPanelGone(tabId: number): void;
  onStoreFailed(tabId: number, error: unknown): void;
}

export interface PanelLinks {
  accept(port: ExtensionPort): void;
  /** Whether a panel is open for the tab. */
  isWatched(tabId: number): boolean;
  tell(tabId: number, update: PanelUpdate): void;
  /** Whatever they look at. */
  tellAll(update: PanelUpdate): void;
  /** The tab's session is another one. */
  tellTaken(tabId: number, tab: RecordedTab | null): void;
  /** The row of the tab's session has changed. */
  tellSession(tabId: number): void;
}

interface Panel {
  readonly port: ExtensionPort;
  /** Set by its first request. */
  tabId: number | null;
  /** It knows its session. Changes before that would mean nothing to it. */
  isAttached: boolean;
  /** It tells what DevTools see. */
  hasDevtools: boolean;
}

export function createPanelLinks(edges: PanelLinksEdges): PanelLinks {
  const panels = new Set<Panel>();

  function accept(port: ExtensionPort): void {
    const panel: Panel = { port, tabId: null, isAttached: false, hasDevtools: false };
    panels.add(panel);
    port.onMessage((message) => onRequest(panel, message as PanelRequest));
    port.onDisconnect(() => {
      panels.delete(panel);
      const { tabId } = panel;
      if (tabId === null) return;
      const isTold = [...panels].some((other) => other.tabId === tabId && other.hasDevtools);
      if (panel.hasDevtools && !isTold) edges.onDevtoolsClosed(tabId);
      edges.onPanelGone(tabId);
    });
  }

  function onRequest(panel: Panel, request: PanelRequest): void {
    if (request.kind === 'attach') panel.tabId = request.tabId;
    const { tabId } = panel;
    const isDone = obeyAnywhere(panel, tabId, request).then((isObeyed) => {
      if (!isObeyed && tabId !== null) return obey(panel, tabId, request);
    });
    isDone.catch((error: unknown) => {
      if (tabId !== null) edges.onStoreFailed(tabId, error);
    });
  }

  /** What needs no tab. False: the request is not of that kind, or not with that alone. */
  async function obeyAnywhere(panel: Panel, tabId: number | null, request: PanelRequest): Promise<boolean> {
    switch (request.kind) {
      case 'attach':
        panel.isAttached = false;
        // Before anything that can fail: a store that is full may be helped by other settings.
        tellOne(panel, { kind: 'settings', settings: await edges.settings(), areSaved: true });
        for (const update of await edges.standingNews()) tellOne(panel, update);
        return false;
      case 'setSettings': {
        const areSaved = await edges.setSettings(request.settings);
        const settings = await edges.settings();
        for (const each of panels) tellOne(each, { kind: 'settings', settings, areSaved });
        return true;
      }
      case 'session':
        await obeyVerb(panel, tabId, request);
        return true;
      default:
        return false;
    }
  }

  async function obey(panel: Panel, tabId: number, request: PanelRequest): Promise<void> {
    const { sessions } = edges;
    switch (request.kind) {
      case 'attach':
        tellOne(panel, attached(await sessions.attach(tabId, request.sessionId)));
        tellRest(panel, tabId);
        return;
      case 'setRecording':
        tellAttached(tabId, await sessions.setRecording(tabId, request.on));
        return;
      case 'clear':
        tellAttached(tabId, await sessions.clear(tabId));
        return;
      case 'drop': {
        const { requestId, connectionId } = request;
        panel.port.post({ kind: 'dropped', requestId, outcome: await edges.drop(tabId, connectionId) });
        return;
      }
      case 'orderFrame': {
        const { requestId, connectionId, order } = request;
        const outcome = await edges.orderFrame(tabId, connectionId, order);
        panel.port.post({ kind: 'frameOrdered', requestId, outcome });
        return;
      }
      case 'playScenario': {
        const { requestId, scenario, target } = request;
        const { outcome, detail } = await edges.playScenario(tabId, scenario, target);
        panel.port.post({ kind: 'scenarioAnswered', requestId, outcome, detail });
        return;
      }
      case 'stopScenario':
        edges.stopScenario(tabId);
        return;
      case 'probe': {
        const { requestId, connectionId } = request;
        panel.port.post({ kind: 'probed', requestId, ...(await probeQuietly(tabId, connectionId)) });
        return;
      }
      case 'devtoolsFailed':
        edges.onDevtoolsFailed(tabId, request.handshakes);
        return;
      case 'devtoolsFound':
        panel.hasDevtools = true;
        edges.onDevtoolsFound(tabId, request.handshakes);
        return;
      case 'devtoolsReports': {
        panel.hasDevtools = true;
        const { requestId, connectionId, reports } = request;
        const connection = await edges.onDevtoolsReports(tabId, connectionId, reports);
        panel.port.post({ kind: 'devtoolsWritten', requestId, connection });
      }
    }
  }

  async function probeQuietly(tabId: number, connectionId: string): Promise<ProbeAnswer> {
    try {
      return await edges.probe(tabId, connectionId);
    } catch (error) {
      edges.onStoreFailed(tabId, error);
      return { outcome: 'failed', probeId: null };
    }
  }

  async function obeyVerb(
    panel: Panel,
    tabId: number | null,
    { requestId, verb }: Extract<PanelRequest, { kind: 'session' }>,
  ): Promise<void> {
    const answer = await edges.obey(tabId, verb).catch((error: unknown): SessionAnswer => {
      if (tabId !== null) edges.onStoreFailed(tabId, error);
      return { outcome: 'failed', sessionId: null };
    });
    panel.port.post({ kind: 'sessionAnswered', requestId, ...answer });
  }

  function tellRest(panel: Panel, tabId: number): void {
    for (const update of edges.describe(tabId)) tellOne(panel, update);
    tellSession(tabId);
  }

  function tellSession(tabId: number): void {
    void edges.sessionNews(tabId).then((update) => update && tell(tabId, update));
  }

  function tellAttached(tabId: number, tab: RecordedTab | null): void {
    if (!tab) return;
    tell(tabId, attached(tab));
    for (const panel of panels) if (panel.tabId === tabId) tellRest(panel, tabId);
  }

  function tellAll(update: PanelUpdate): void {
    for (const panel of panels) tellOne(panel, update);
  }

  function tell(tabId: number, update: PanelUpdate): void {
    for (const panel of panels) if (panel.tabId === tabId) tellOne(panel, update);
  }

  function tellOne(panel: Panel, update: PanelUpdate): void {
    if (update.kind === 'attached') panel.isAttached = true;
    const isReady = panel.isAttached || panel.tabId === null;
    if (isReady || !NEWS_OF_A_SESSION.includes(update.kind)) panel.port.post(update);
  }

  return {
    accept,
    tell,
    tellAll,
    tellSession,
    tellTaken: tellAttached,
    isWatched: (tabId) => [...panels].some((panel) => panel.tabId === tabId),
  };
}

/** They mean nothing to a panel that does not know its session yet. */
const NEWS_OF_A_SESSION: readonly PanelUpdate['kind'][] = [
  'changed',
  'evidence',
  'removed',
  'outside',
  'pressure',
  'scenarioRun',
  'session',
  'markRemoved',
];

function attached({ sessionId, recording }: RecordedTab): PanelUpdate {
  return { kind: 'attached', sessionId, recording };
}
