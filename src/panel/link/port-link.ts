/**
 * A PanelLink over a runtime port. The background dies when the browser likes, which closes the port; connecting again
 * wakes it, and `attach` with the last session goes on where it was. A request that could not be delivered is delivered
 * then, but for drops, scenarios and probes: to drop a connection late would surprise more than not to drop it.
 */
import { type DropOutcome, PANEL_PORT, type PanelRequest, type PanelUpdate } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { SessionAnswer } from '../../protocol/session-verbs.ts';
import type { DevtoolsTeller } from './devtools-link.ts';
import type { PanelLink, PanelLinkListeners, ProbeAnswer, ScenarioAnswer } from './panel-link.ts';
import { createSessionLink } from './session-link.ts';

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
  /** null: no tab, but a stored session is looked at. */
  readonly tabId: number | null;
  /** Throws when the extension is gone. */
  openPort(name: string): Port;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

const UNANSWERED: ScenarioAnswer = { outcome: 'unanswered', detail: '' };
const NO_SESSION_ANSWER: SessionAnswer = { outcome: 'unanswered', sessionId: null };
const UNPROBED: ProbeAnswer = { outcome: 'unanswered', probeId: null };

export function createPortLink({ tabId, openPort, nowMs, callAfter }: PortLinkOptions): PanelLink & DevtoolsTeller {
  let listeners: PanelLinkListeners | null = null;
  let port: Port | null = null;
  let openedAtMs = 0;
  let nextDelayMs = 0;
  let sessionId: string | null = null;
  let nextRequestId = 1;
  const undelivered: PanelRequest[] = [];
  const drops = createQuestions<DropOutcome>('unanswered');
  const frameOrders = createQuestions<DropOutcome>('unanswered');
  const scenarios = createQuestions(UNANSWERED);
  const probes = createQuestions(UNPROBED);
  const reports = createQuestions<ConnectionRecord | null>(null);
  const sessions = createQuestions(NO_SESSION_ANSWER);

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
    for (const questions of [drops, frameOrders, scenarios, probes, reports, sessions]) questions.giveUp();
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
    switch (update.kind) {
      case 'dropped':
        drops.settle(update.requestId, update.outcome);
        return;
      case 'frameOrdered':
        frameOrders.settle(update.requestId, update.outcome);
        return;
      case 'scenarioAnswered':
        scenarios.settle(update.requestId, { outcome: update.outcome, detail: update.detail });
        return;
      case 'probed':
        probes.settle(update.requestId, { outcome: update.outcome, probeId: update.probeId });
        return;
      case 'sessionAnswered':
        sessions.settle(update.requestId, { outcome: update.outcome, sessionId: update.sessionId });
        return;
      case 'devtoolsWritten':
        reports.settle(update.requestId, update.connection);
        return;
    }
    if (update.kind === 'attached') sessionId = update.sessionId;
    listeners?.onNews(update);
  }

  /** Sends a request that is answered; what cannot be sent is not sent late. */
  function ask<Answer>(questions: Questions<Answer>, request: (requestId: number) => PanelRequest): Promise<Answer> {
    return new Promise((resolve) => {
      const requestId = nextRequestId++;
      questions.wait(requestId, resolve);
      if (!send(request(requestId))) questions.settle(requestId, questions.unanswered);
    });
  }

  return {
    ...createSessionLink((verb) => ask(sessions, (requestId) => ({ kind: 'session', requestId, verb }))),
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
    drop: (connectionId) => ask(drops, (requestId) => ({ kind: 'drop', requestId, connectionId })),
    orderFrame: (connectionId, order) =>
      ask(frameOrders, (requestId) => ({ kind: 'orderFrame', requestId, connectionId, order })),
    playScenario: (scenario, target) =>
      ask(scenarios, (requestId) => ({ kind: 'playScenario', requestId, scenario, target })),
    stopScenario: () => {
      send({ kind: 'stopScenario' });
    },
    probe: (connectionId) => ask(probes, (requestId) => ({ kind: 'probe', requestId, connectionId })),
    tellFound: (handshakes) => {
      send({ kind: 'devtoolsFound', handshakes });
    },
    tellFailed: (handshakes) => {
      send({ kind: 'devtoolsFailed', handshakes });
    },
    tellReports: (connectionId, told) =>
      ask(reports, (requestId) => ({ kind: 'devtoolsReports', requestId, connectionId, reports: told })),
    retry: () => {
      if (port) attach();
    },
  };
}

/** Requests of one kind that wait for their answers. */
interface Questions<Answer> {
  readonly unanswered: Answer;
  wait(requestId: number, resolve: (answer: Answer) => void): void;
  settle(requestId: number, answer: Answer): void;
  /** Nobody will answer any more. */
  giveUp(): void;
}

function createQuestions<Answer>(unanswered: Answer): Questions<Answer> {
  const waiting = new Map<number, (answer: Answer) => void>();
  return {
    unanswered,
    wait: (requestId, resolve) => void waiting.set(requestId, resolve),
    settle: (requestId, answer) => {
      waiting.get(requestId)?.(answer);
      waiting.delete(requestId);
    },
    giveUp: () => {
      for (const resolve of waiting.values()) resolve(unanswered);
      waiting.clear();
    },
  };
}
