/**
 * The content script's part of the way of a frame: between the page script, which says what happens, and the background,
 * which writes it down and may be gone at any moment. Decides when there is a link at all, what the page is told, and
 * what has to be sent again. Knows neither DOM nor browser: its edges are given to it.
 */
import { keepPayloads } from '../protocol/kept-payload.ts';
import { KEPT_PAYLOAD_BYTES, MAX_URL_CHARS, PRESSURE_BYTES, SURROUNDINGS_REMEMBERED } from '../protocol/limits.ts';
import type { History, PageCommand } from '../protocol/page-command.ts';
import { parsePageMessage, parsePageReport } from '../protocol/page-report.ts';
import {
  type Batch,
  type Hello,
  type LastWord,
  NO_PRESSURE,
  type Pressure,
  type RelayReply,
  type Viewport,
} from '../protocol/relay.ts';
import type { SurroundingReport } from '../protocol/surroundings.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { type Connection, createReconnectingPort, type ReconnectingPortOptions } from './reconnecting-port.ts';

/** Refusals alone are not worth a batch each: a page may forge as fast as it can. */
export const REFUSALS_DELAY_MS = 250;
/** Clocks that drift apart less than this are the same. */
export const CLOCK_STEP_MS = 250;

export interface RelayEdges extends Pick<ReconnectingPortOptions, 'connect' | 'isOrphaned' | 'nowMs' | 'callAfter'> {
  /** Leaves it in the extension's storage, which the browser itself keeps: this document need not live to see it done. */
  leaveBehind(lastWord: LastWord): void;
  /** Synchronous: what the page has to say to a command arrives before this returns. */
  sendToPage(command: PageCommand): void;
  /** The page asked for a connection, and there is none. */
  onConstructorThrew(url: string): void;
  /** On while the page is being recorded: only then its surroundings are worth a timer. */
  watchSurroundings(on: boolean): void;
  newId(): string;
  url(): string;
  viewport(): Viewport;
  /** The document's clock: its beginning, and now, in epoch milliseconds. */
  readonly timeOriginMs: number;
  documentNowMs(): number;
  /** `Date.now()` */
  wallNowMs(): number;
}

export interface Relay {
  /** Anything that came from the page. Never throws. */
  onPageMessage(message: unknown): void;
  /** Something happened around the page's connections. */
  onSurrounding(report: SurroundingReport): void;
  /** The tab is recorded now; every document that has sockets should say hello. */
  onWake(): void;
  /** There are sockets that the page script does not see. */
  onLinkWanted(): void;
  /** The document goes for good, or (`persisted`) into the back/forward cache. */
  onPageHide(persisted: boolean): void;
  /** It comes back from there. */
  onPageShow(): void;
}

/** What the page does only when it is told to: names of `Settings`, of `state` and of commands alike. Off at first. */
const PAGE_SWITCHES = ['recordStacks', 'watchListeners'] as const;

/** This document's part in a session. */
interface Recording {
  /** Null: the one that the tab is in; nobody has said which. */
  readonly sessionId: string | null;
  readonly documentId: string;
  readonly history: History;
  readonly outbox: Outbox;
  /** What the page was told last. */
  isPageRecording: boolean;
  hasPageRecorded: boolean;
  /** Of each frame's payload. */
  keptPayloadBytes: number;
}

type Beginning = Pick<Recording, 'sessionId' | 'history' | 'keptPayloadBytes'>;

/** For the background to choose, and to cut payloads as the user wants them. */
const UNTOLD: Beginning = { sessionId: null, history: 'ring', keptPayloadBytes: KEPT_PAYLOAD_BYTES };

export function createRelay(edges: RelayEdges): Relay {
  let hasSockets = false;
  let recording: Recording | null = null;
  /** Set when the background has said on this link where to go on. */
  let isLinked = false;
  /** Whether the tab is recorded is known: the background has answered since it was asked last. */
  let isAnswered = false;
  let isWokenSinceHello = false;
  let goneAtMs: number | null = null;
  /** Refused while nothing was recorded. */
  let refusedEarlier = 0;
  let isReportingRefusals = false;
  /** The page has been told of faults, and must not be left with them when nobody is there to stop them. */
  let hasFaults = false;
  /** Those of PAGE_SWITCHES that the page was told to turn on. */
  const switchedOn = new Set<string>();
  /** What the background was told on this link. */
  let clockAheadMs = 0;
  let toldPressure = NO_PRESSURE;
  /** The latest, so that a panel that is opened late can show them. */
  let remembered: readonly SurroundingReport[] = [];
  /** The second link of a document that leaves. */
  let lastLink: Connection | null = null;

  const port = createReconnectingPort({
    ...edges,
    onConnected: () => {
      isWokenSinceHello = false;
      isAnswered = false;
      port.post(hello(false));
      clockAheadMs = 0;
      toldPressure = NO_PRESSURE;
      tellClock();
    },
    onMessage: (message) => onReply(message as RelayReply),
    onDisconnected: () => {
      isLinked = false;
      stopFaults();
    },
    onOrphaned: forget,
  });

  function hello(isLeaving: boolean): Hello {
    return {
      kind: 'hello',
      documentId: recording?.documentId ?? null,
      sessionId: recording?.sessionId ?? null,
      url: edges.url().slice(0, MAX_URL_CHARS),
      timeOriginMs: edges.timeOriginMs,
      viewport: edges.viewport(),
      isLeaving,
    };
  }

  /** The other end is our own; what it says is not parsed. */
  function onReply(reply: RelayReply): void {
    switch (reply.kind) {
      case 'notRecorded':
        isAnswered = true;
        isLinked = false;
        stopFaults();
        port.close();
        forget();
        // The answer and the call to wake up may have overtaken each other.
        if (isWokenSinceHello) port.open();
        return;
      case 'state':
        onState(reply);
        return;
      case 'noRoom':
        recording?.outbox.explainGaps('noRoom');
        return;
      case 'committed':
        recording?.outbox.explainGaps('overflow');
        recording?.outbox.acknowledge(reply.batch);
        sendWaiting();
        return;
      case 'drop':
        edges.sendToPage({ kind: 'drop', commandId: reply.commandId, connection: reply.connection });
        return;
      case 'faultCommand':
        hasFaults = true;
        edges.sendToPage(reply.command);
        return;
      case 'stopAllFaults':
        stopFaults();
    }
  }

  function stopFaults(): void {
    if (hasFaults) edges.sendToPage({ kind: 'stopAllFaults' });
    hasFaults = false;
  }

  function onState(state: Extract<RelayReply, { kind: 'state' }>): void {
    isAnswered = true;
    const { sessionId, committedBatch } = state;
    const isSame = recording?.sessionId === sessionId;
    if (!recording || !isSame || committedBatch === null || !recording.outbox.acknowledge(committedBatch)) {
      recording = begin(state);
    } else if (!isLinked) {
      for (const batch of recording.outbox.underWay()) if (!port.post(batch)) return;
    }
    isLinked = true;
    recording.keptPayloadBytes = state.keptPayloadBytes;
    for (const name of PAGE_SWITCHES) turn(name, state[name]);
    setPageRecording(recording, state.recording);
    sendWaiting();
  }

  function turn(name: (typeof PAGE_SWITCHES)[number], on: boolean): void {
    if (switchedOn.has(name) === on) return;
    if (on) switchedOn.add(name);
    else switchedOn.delete(name);
    edges.sendToPage({ kind: name, on });
  }

  function begin({ sessionId, history, keptPayloadBytes }: Beginning): Recording {
    // What the page still had for the recording that ended comes now, and is for nobody.
    forget();
    const documentId = edges.newId();
    const outbox = createOutbox({ documentId, sessionId });
    outbox.refuse(refusedEarlier);
    refusedEarlier = 0;
    if (history === 'ring') for (const report of remembered) outbox.addSurrounding(report);
    return { sessionId, documentId, history, outbox, isPageRecording: false, hasPageRecorded: false, keptPayloadBytes };
  }

  function forget(): void {
    const ended = recording;
    recording = null;
    if (!ended?.isPageRecording) return;
    edges.watchSurroundings(false);
    edges.sendToPage({ kind: 'stop' });
  }

  function setPageRecording(mine: Recording, on: boolean): void {
    if (mine.isPageRecording === on) return;
    mine.isPageRecording = on;
    const history = mine.hasPageRecorded ? 'unsent' : mine.history;
    mine.hasPageRecorded ||= on;
    edges.watchSurroundings(on);
    edges.sendToPage(on ? { kind: 'record', history } : { kind: 'stop' });
  }

  function onPageMessage(message: unknown): void {
    const parsed = parsePageMessage(message);
    switch (parsed?.kind) {
      case 'socketsExist':
        hasSockets = true;
        port.open();
        return;
      case 'constructorThrew':
        edges.onConstructorThrew(parsed.url);
        return;
      case 'reports':
        onReports(parsed.reports);
        return;
      case 'answer':
      case 'faultOver':
        port.post(parsed);
        return;
      default:
        refuse(1);
    }
  }

  function onReports(reports: readonly unknown[]): void {
    if (!recording) return;
    let refused = 0;
    for (const value of reports) {
      const report = parsePageReport(value);
      if (report) recording.outbox.add(keepPayloads(report, recording.keptPayloadBytes));
      else refused++;
    }
    if (refused > 0) refuse(refused);
    sendWaiting();
  }

  function refuse(count: number): void {
    if (!recording) {
      refusedEarlier += count;
      return;
    }
    recording.outbox.refuse(count);
    if (isReportingRefusals) return;
    isReportingRefusals = true;
    edges.callAfter(REFUSALS_DELAY_MS, () => {
      isReportingRefusals = false;
      sendWaiting(true);
    });
  }

  function onSurrounding(report: SurroundingReport): void {
    remembered = [...remembered.slice(1 - SURROUNDINGS_REMEMBERED), report];
    // A document that has said farewell has nothing more to say.
    if (!recording || goneAtMs !== null) return;
    recording.outbox.addSurrounding(report);
    sendWaiting();
  }

  function tellClock(): void {
    const aheadMs = clockIsAheadMs();
    if (Math.abs(aheadMs - clockAheadMs) < CLOCK_STEP_MS) return;
    clockAheadMs = aheadMs;
    port.post({ kind: 'clock', aheadMs });
  }

  function clockIsAheadMs(): number {
    return edges.wallNowMs() - edges.documentNowMs();
  }

  function sendWaiting(evenRefusals = false): void {
    if (!recording || !isLinked) return;
    const { outbox } = recording;
    tellClock();
    for (let batch = outbox.next({ goneAtMs, evenRefusals }); batch; batch = outbox.next({ goneAtMs })) {
      lastLink?.post(batch);
      if (!port.post(batch)) return;
    }
    tellPressure(outbox.pressure());
  }

  function tellPressure(now: Pressure): void {
    if (!isNewsOf(toldPressure, now)) return;
    toldPressure = now;
    port.post({ kind: 'pressure', ...now });
  }

  function onPageHide(persisted: boolean): void {
    // It was asked whether the tab is recorded, and goes before the answer.
    if (!recording && hasSockets && !isAnswered && !persisted) {
      recording = begin(UNTOLD);
      setPageRecording(recording, true);
    }
    const mine = recording;
    if (mine) {
      if (!persisted) goneAtMs = edges.documentNowMs();
      edges.sendToPage({ kind: 'flush' });
      sendLast(mine);
    }
    if (!persisted) return;
    // A port would be closed under us in the back/forward cache, or keep the document out of it.
    isLinked = false;
    stopFaults();
    port.close();
    closeLastLink();
  }

  function closeLastLink(): void {
    try {
      lastLink?.disconnect();
    } catch {
      // It was broken already.
    }
    lastLink = null;
  }

  /**
   * There is no time to wait for anybody, and no telling whether the link still lives: what is sent to a background that
   * has just been killed arrives nowhere, and the news of its end comes later than this. So all of it goes out on a link
   * of its own, too, which starts the background if need be. Chromium forgets such a link when the document has ended
   * before the background has started; so the browser is given what can be said without the frames.
   */
  function sendLast({ outbox }: Recording): void {
    const options = { goneAtMs, evenBeyondLimit: true };
    const last: Batch[] = [];
    for (let batch = outbox.next(options); batch; batch = outbox.next(options)) last.push(batch);
    if (isLinked) for (const batch of last) if (!port.post(batch)) break;
    try {
      lastLink = edges.connect(ignore, ignore);
      lastLink.post(hello(true));
      lastLink.post({ kind: 'clock', aheadMs: clockIsAheadMs() });
      for (const batch of outbox.underWay()) lastLink.post(batch);
    } catch {
      lastLink = null; // the extension has gone
    }
    const lastWord = outbox.lastWord();
    if (lastWord) edges.leaveBehind(lastWord);
  }

  return {
    onPageMessage,
    onSurrounding,
    onPageHide,
    onWake: () => {
      isWokenSinceHello = true;
      if (hasSockets) port.open();
    },
    onLinkWanted: () => {
      hasSockets = true;
      port.open();
    },
    onPageShow: () => {
      goneAtMs = null;
      if (hasSockets) port.open();
    },
  };
}

/** Whether so much has changed that it is worth a message: twice as much, a quarter, all of it; and what is left out. */
function isNewsOf(told: Pressure, now: Pressure): boolean {
  if (now.leftOut !== told.leftOut) return true;
  if (told.heldBackBytes === 0) return now.heldBackBytes >= PRESSURE_BYTES;
  return (
    now.heldBackBytes === 0 ||
    now.heldBackBytes >= 2 * told.heldBackBytes ||
    now.heldBackBytes <= told.heldBackBytes / 4
  );
}

function ignore(): void {}
