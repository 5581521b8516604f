/**
 * A PanelLink over a runtime port. The background dies when the browser likes, which closes the port; connecting again
 * wakes it, and `attach` with the last session goes on where it was. A request that could not be delivered is delivered
 * then, but for drops, scenarios and probes: to drop a connection late would surprise more than not to drop it.
 */
import { type DropOutcome, PANEL_PORT, type PanelRequest, type PanelUpdate } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { DevtoolsTeller } from './devtools-link.ts';
import type { PanelLink, PanelLinkListeners, ProbeAnswer, ScenarioAnswer } from './panel-link.ts';

export const FIRST_DELAY_MS = 100;
export const MAX_DELAY_MS = 5_000;
/** A link that lived this long was a good one: the next attempt need not wait. */
export const STABLE_MS = 1_000;

const DELIVERED_LATE: readonly PanelRequest['kind'][] = ['setRecording', 'clear', 'setSettings'];

/** One end of a runtime port; `ExtensionPort` of src/browser is one. */
export interface Port {
  /** False when it could not be sent. */
  post(message: unknown): boolean;
  onMessage(listener: (message: unknown) => void): void;
  onDisconnect(listener: () => void): void;
}

export interface PortLinkOptions {
  readonly tabId: number;
  /** Throws when the extension is gone. */
  openPort(name: string): Port;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

const UNANSWERED: ScenarioAnswer = { outcome: 'unanswered', detail: '' };
const UNPROBED: ProbeAnswer = { outcome: 'unanswered', probeId: null };

export function createPortLink({ tabId, openPort, nowMs, callAfter }: PortLinkOptions): PanelLink & DevtoolsTeller {
  let listeners: PanelLinkListeners | null = null;
  let port: Port | null = null;
  let openedAtMs = 0;
  let nextDelayMs = 0;
  let sessionId: string | null = null;
  let nextRequestId = 1;
  const undelivered: PanelRequest[] = [];
  const pendingDrops = new Map<number, (outcome: DropOutcome) => void>();
  const pendingScenarios = new Map<number, (answer: ScenarioAnswer) => void>();
  const pendingProbes = new Map<number, (answer: ProbeAnswer) => void>();
  const pendingReports = new Map<number, (connection: ConnectionRecord | null) => void>();

  function connect(): void {
    let mine: Port;
    try {
      mine = openPort(PANEL_PORT);
    } catch {
      listeners?.onOrphaned();
      return;
    }
    port = mine;
    openedAtMs = nowMs();
    mine.onMessage((message) => {
      if (port === mine) receive(message as PanelUpdate);
    });
    mine.onDisconnect(() => {
      if (port === mine) lose();
    });
    attach();
    for (const request of undelivered.splice(0)) send(request);
  }

  function attach(): void {
    send({ kind: 'attach', tabId, sessionId });
  }

  function lose(): void {
    port = null;
    if (nowMs() - openedAtMs >= STABLE_MS) nextDelayMs = 0;
    for (const settle of pendingDrops.values()) settle('unanswered');
    pendingDrops.clear();
    for (const settle of pendingScenarios.values()) settle(UNANSWERED);
    pendingScenarios.clear();
    for (const settle of pendingProbes.values()) settle(UNPROBED);
    pendingProbes.clear();
    for (const settle of pendingReports.values()) settle(null);
    pendingReports.clear();
    const delayMs = nextDelayMs;
    nextDelayMs = delayMs === 0 ? FIRST_DELAY_MS : Math.min(2 * delayMs, MAX_DELAY_MS);
    // Not even a timer of 0 ms: those of a hidden panel may wait for a minute.
    if (delayMs === 0) connect();
    else callAfter(delayMs, connect);
  }

  function send(request: PanelRequest): boolean {
    const mine = port;
    if (mine?.post(request)) return true;
    if (DELIVERED_LATE.includes(request.kind)) undelivered.push(request);
    // The port is broken and its event has not come yet.
    if (mine !== null && port === mine) lose();
    return false;
  }

  function receive(update: PanelUpdate): void {
    if (update.kind === 'dropped') {
      pendingDrops.get(update.requestId)?.(update.outcome);
      pendingDrops.delete(update.requestId);
      return;
    }
    if (update.kind === 'scenarioAnswered') {
      const { requestId, outcome, detail } = update;
      pendingScenarios.get(requestId)?.({ outcome, detail });
      pendingScenarios.delete(requestId);
      return;
    }
    if (update.kind === 'probed') {
      const { requestId, outcome, probeId } = update;
      pendingProbes.get(requestId)?.({ outcome, probeId });
      pendingProbes.delete(requestId);
      return;
    }
    if (update.kind === 'devtoolsWritten') {
      pendingReports.get(update.requestId)?.(update.connection);
      pendingReports.delete(update.requestId);
      return;
    }
    if (update.kind === 'attached') sessionId = update.sessionId;
    listeners?.onNews(update);
  }

  return {
    open: (own) => {
      listeners = own;
      connect();
    },
    setRecording: (on) => {
      send({ kind: 'setRecording', on });
    },
    clear: () => {
      send({ kind: 'clear' });
    },
    setSettings: (settings) => {
      send({ kind: 'setSettings', settings });
    },
    drop: (connectionId) =>
      new Promise((resolve) => {
        const requestId = nextRequestId++;
        pendingDrops.set(requestId, resolve);
        if (send({ kind: 'drop', requestId, connectionId })) return;
        pendingDrops.delete(requestId);
        resolve('unanswered');
      }),
    playScenario: (scenario, target) =>
      new Promise((resolve) => {
        const requestId = nextRequestId++;
        pendingScenarios.set(requestId, resolve);
        if (send({ kind: 'playScenario', requestId, scenario, target })) return;
        pendingScenarios.delete(requestId);
        resolve(UNANSWERED);
      }),
    stopScenario: () => {
      send({ kind: 'stopScenario' });
    },
    probe: (connectionId) =>
      new Promise((resolve) => {
        const requestId = nextRequestId++;
        pendingProbes.set(requestId, resolve);
        if (send({ kind: 'probe', requestId, connectionId })) return;
        pendingProbes.delete(requestId);
        resolve(UNPROBED);
      }),
    tellFound: (handshakes) => {
      send({ kind: 'devtoolsFound', handshakes });
    },
    tellFailed: (handshakes) => {
      send({ kind: 'devtoolsFailed', handshakes });
    },
    tellReports: (connectionId, reports) =>
      new Promise((resolve) => {
        const requestId = nextRequestId++;
        pendingReports.set(requestId, resolve);
        if (send({ kind: 'devtoolsReports', requestId, connectionId, reports })) return;
        pendingReports.delete(requestId);
        resolve(null);
      }),
    retry: () => {
      if (port) attach();
    },
  };
}
