/**
 * A PanelLink that also passes on what Chromium's DevTools know: of connections that no page script sees, and of handshakes
 * that failed. Reads their network
 * log when there is something to be learned from it, and rarely enough to be no burden to DevTools: reading costs them
 * 1.4 ms per thousand frames held and more for long ones, every time.
 */
import type { DevtoolsReport, FailedHandshake, LoggedHandshake } from '../../protocol/outside.ts';
import type { OutsideConnection } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type LoggedFailure, type LoggedSocket, newReports, parseFailures, parseHar } from '../models/har.ts';
import type { PanelLink, PanelNews } from './panel-link.ts';

/** While such connections live the log is read this often, */
export const MIN_INTERVAL_MS = 1_000;
/** unless that would take more than a fiftieth of the time; */
export const COST_FACTOR = 50;
/** however dear it is, this often. */
export const MAX_INTERVAL_MS = 30_000;
/** The latest of what one message tells. */
const MAX_FAILURES = 1_000;
/** A page that has just begun has not opened its connections yet. */
export const LOOK_AROUND_DELAY_MS = 3_000;

/** `NetworkLog` of src/browser is one. */
export interface Log {
  read(): Promise<unknown>;
  onFinished(listener: (entry: unknown) => void): void;
  onCleared(listener: () => void): void;
}

/** What the port carries of it. */
export interface DevtoolsTeller {
  tellFound(handshakes: readonly LoggedHandshake[]): void;
  tellFailed(handshakes: readonly FailedHandshake[]): void;
  /** Gives the connection's row afterwards; null when it is none of the session's, or nobody answered. */
  tellReports(connectionId: string, reports: readonly DevtoolsReport[]): Promise<ConnectionRecord | null>;
}

export interface DevtoolsLinkOptions {
  readonly link: PanelLink & DevtoolsTeller;
  readonly log: Log;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

/** How long to wait after a reading that took so long. */
export function intervalAfter(costMs: number): number {
  return Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, COST_FACTOR * costMs));
}

export function createDevtoolsLink({ link, log, nowMs, callAfter }: DevtoolsLinkOptions): PanelLink {
  let connections: readonly OutsideConnection[] = [];
  let sinceMs = 0;
  let isRecording = false;
  /** Handshakes that the background has been told of, by name. */
  let told = new Set<string>();
  let toldFailed = new Set<string>();
  /** When the clock began on which DevTools count the uptime, as far as that is known. */
  let bootedAtMs: number | null = null;
  const known = new Map<string, ConnectionRecord>();
  let isReading = false;
  /** When the log may be read again; a reading that is planned for earlier does nothing. */
  let nextReadAtMs = 0;
  let work: Promise<void> = Promise.resolve();

  function inTurn(action: () => Promise<void>): void {
    work = work.then(action).catch(() => undefined); // the next reading tells it again
  }

  function onNews(news: PanelNews): void {
    switch (news.kind) {
      case 'attached':
        isRecording = news.recording;
        known.clear();
        told = new Set();
        toldFailed = new Set();
        connections = [];
        if (isRecording) readSoon(LOOK_AROUND_DELAY_MS);
        return;
      case 'outside':
        connections = news.connections;
        sinceMs = news.sinceMs;
        if (connections.length > 0) readSoon(0);
        return;
    }
  }

  /** Reads once the delay is over, or as soon as it may be read after that. */
  function readSoon(delayMs: number): void {
    callAfter(Math.max(delayMs, nextReadAtMs - nowMs()), () => {
      if (isReading || !isRecording || nowMs() < nextReadAtMs) return;
      isReading = true;
      inTurn(async () => {
        try {
          await read();
        } finally {
          isReading = false;
          if (connections.length > 0) readSoon(0);
        }
      });
    });
  }

  async function read(): Promise<void> {
    const beganAtMs = nowMs();
    nextReadAtMs = beganAtMs + MIN_INTERVAL_MS;
    const logged = await log.read();
    const sockets = parseHar(logged);
    nextReadAtMs = nowMs() + intervalAfter(nowMs() - beganAtMs);
    tellFailed(parseFailures(logged));
    await tell(sockets);
  }

  function tellFailed(failures: readonly LoggedFailure[]): void {
    const fresh = failures.filter((failure) => !toldFailed.has(nameOf(failure)));
    const handshakes = fresh.flatMap((failure) => {
      const handshake = onWallClock(failure);
      if (handshake) toldFailed.add(nameOf(failure));
      return handshake && handshake.startedAtMs >= sinceMs ? [handshake] : [];
    });
    if (handshakes.length > 0) link.tellFailed(handshakes.slice(-MAX_FAILURES));
  }

  /** Null while it is not known what the uptime means. */
  function onWallClock(failure: LoggedFailure): FailedHandshake | null {
    const { url } = failure;
    if (failure.kind === 'answered') return { url, startedAtMs: failure.startedAtMs, endedAtMs: failure.endedAtMs };
    return bootedAtMs === null ? null : { url, startedAtMs: bootedAtMs + failure.uptimeMs, endedAtMs: null };
  }

  async function tell(sockets: readonly LoggedSocket[]): Promise<void> {
    const byName = new Map(sockets.map((socket) => [socket.handshake.accept, socket]));
    for (const { connectionId, accept } of connections) {
      const socket = accept === null ? undefined : byName.get(accept);
      if (socket) await tellAll(connectionId, socket);
    }
    const named = new Set(connections.map(({ accept }) => accept));
    const strange = sockets.filter(
      ({ handshake: { accept }, endedAtMs }) =>
        !named.has(accept) && !told.has(accept) && (endedAtMs === null || endedAtMs >= sinceMs),
    );
    if (strange.length === 0) return;
    for (const { handshake } of strange) told.add(handshake.accept);
    link.tellFound(strange.map(({ handshake }) => handshake));
  }

  /** Message after message, until the background knows what the log says. */
  async function tellAll(connectionId: string, socket: LoggedSocket): Promise<void> {
    let row = known.get(connectionId) ?? (await link.tellReports(connectionId, []));
    while (row) {
      known.set(connectionId, row);
      const reports = newReports(socket, row, sinceMs);
      if (reports.length === 0) return;
      const next: ConnectionRecord | null = await link.tellReports(connectionId, reports);
      // Written or refused: what has no effect is not said again and again.
      if (next && next.nextSeq === row.nextSeq && next.endSeenAtMs === row.endSeenAtMs && next.seenBy === row.seenBy) {
        return;
      }
      row = next;
    }
    known.delete(connectionId);
  }

  log.onFinished((entry) => {
    const sockets = parseHar(entry);
    const failures = parseFailures(entry);
    // It is news: it happened just now. The machine may have slept since the last.
    for (const failure of failures) if (failure.kind === 'neverConnected') bootedAtMs = nowMs() - failure.uptimeMs;
    if (isRecording) tellFailed(failures);
    if (sockets.length > 0) inTurn(() => (isRecording ? tell(sockets) : Promise.resolve()));
  });
  log.onCleared(() => readSoon(LOOK_AROUND_DELAY_MS));

  return {
    ...link,
    open: (listeners) => {
      link.open({
        ...listeners,
        onNews: (news) => {
          onNews(news);
          listeners.onNews(news);
        },
      });
    },
  };
}

function nameOf(failure: LoggedFailure): string {
  return `${failure.kind === 'answered' ? failure.startedAtMs : failure.uptimeMs} ${failure.url}`;
}
