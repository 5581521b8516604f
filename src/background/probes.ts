/**
 * Asks endpoints over HTTP what the browser hides of their handshakes: on a click, and, where the user has said so, by
 * itself after a connection has failed before it opened. The answer is written down as a row, and told.
 */
import type { EndpointAnswer } from '../browser/endpoint.ts';
import { NO_ANSWER_IN_TIME, PROBE_TIMEOUT_MS, type ProbeRecord } from '../protocol/evidence.ts';
import type { ProbeOutcome } from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { type EvidenceRows, NO_EVIDENCE } from '../store/evidence.ts';
import type { Writer } from '../store/writer.ts';

export interface ProbesEdges {
  readonly writer: Writer;
  /** The session that the tab is in; undefined when it is not recorded. */
  sessionOf(tabId: number): string | undefined;
  /** Null when there is none. */
  readConnection(connectionId: string): Promise<ConnectionRecord | null>;
  askEndpoint(url: string, timeoutMs: number): Promise<EndpointAnswer>;
  /** Whether it is to ask by itself. */
  isAutomatic(): boolean;
  onEvidence(tabId: number, sessionId: string, rows: EvidenceRows): void;
  onStoreFailed(tabId: number, error: unknown): void;
  newId(): string;
  nowMs(): number;
}

export interface ProbeAnswer {
  readonly outcome: ProbeOutcome;
  readonly probeId: string | null;
}

export interface Probes {
  /** Resolves when the endpoint has been asked; its answer is evidence. */
  probe(tabId: number, connectionId: string): Promise<ProbeAnswer>;
  onRowsChanged(tabId: number, connections: readonly ConnectionRecord[]): void;
}

/** What Firefox says where Chromium says 1006: RFC 6455 section 7.4.1 has it for TLS that failed. */
const TLS_FAILED = 1015;
/** By itself, an endpoint is asked at most this often: a page that reconnects in a loop is burden enough. */
export const AUTOMATIC_EVERY_MS = 30_000;
/** And all of them together no more than this: a page chooses its URLs. */
export const AUTOMATIC_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
const ENDPOINTS_REMEMBERED = 200;

export function createProbes(edges: ProbesEdges): Probes {
  /** When each was asked last. */
  const asked = new Map<string, number>();
  const asking = new Set<string>();
  /** When it asked by itself, within the last minute. */
  let automatic: readonly number[] = [];

  async function ask(tabId: number, row: ConnectionRecord, isAutomatic: boolean): Promise<ProbeAnswer> {
    const url = probeUrlOf(row.url);
    if (url === null) return { outcome: 'notFound', probeId: null };
    if (asking.has(url)) return { outcome: 'alreadyAsking', probeId: null };
    asking.add(url);
    try {
      const probe: ProbeRecord = {
        probeId: edges.newId(),
        sessionId: row.sessionId,
        connectionId: row.connectionId,
        url,
        askedAtMs: edges.nowMs(),
        answeredAtMs: null,
        status: null,
        headers: [],
        networkError: null,
        isAutomatic,
      };
      remember(url, probe.askedAtMs);
      await write(tabId, probe);
      void finish(tabId, probe).finally(() => asking.delete(url));
      return { outcome: 'asked', probeId: probe.probeId };
    } catch (error) {
      asking.delete(url);
      throw error;
    }
  }

  async function finish(tabId: number, probe: ProbeRecord): Promise<void> {
    try {
      const { status, headers, networkError, isLate } = await edges.askEndpoint(probe.url, PROBE_TIMEOUT_MS);
      await write(tabId, {
        ...probe,
        answeredAtMs: edges.nowMs(),
        status,
        headers,
        networkError: isLate ? NO_ANSWER_IN_TIME : networkError,
      });
    } catch (error) {
      edges.onStoreFailed(tabId, error);
    }
  }

  async function write(tabId: number, probe: ProbeRecord): Promise<void> {
    const { sessionId } = probe;
    const rows = await edges.writer.writeEvidence(sessionId, { ...NO_EVIDENCE, probes: [probe] });
    edges.onEvidence(tabId, sessionId, rows);
  }

  function remember(url: string, atMs: number): void {
    const endpoint = endpointOf(url);
    asked.delete(endpoint);
    asked.set(endpoint, atMs);
    const [oldest] = asked.keys();
    if (asked.size > ENDPOINTS_REMEMBERED && oldest !== undefined) asked.delete(oldest);
  }

  function isDue(row: ConnectionRecord): boolean {
    const url = failedReally(row) ? probeUrlOf(row.url) : null;
    if (url === null) return false;
    const nowMs = edges.nowMs();
    automatic = automatic.filter((atMs) => nowMs - atMs < MINUTE_MS);
    const askedAtMs = asked.get(endpointOf(url));
    const isRested = askedAtMs === undefined || nowMs - askedAtMs >= AUTOMATIC_EVERY_MS;
    return isRested && automatic.length < AUTOMATIC_PER_MINUTE;
  }

  return {
    probe: async (tabId, connectionId) => {
      const row = await edges.readConnection(connectionId);
      if (!row) return { outcome: 'notFound', probeId: null };
      if (row.sessionId !== edges.sessionOf(tabId)) return { outcome: 'notAllowed', probeId: null };
      return await ask(tabId, row, false);
    },

    onRowsChanged: (tabId, rows) => {
      if (!edges.isAutomatic()) return;
      for (const row of rows) {
        if (!isDue(row)) continue;
        automatic = [...automatic, edges.nowMs()];
        ask(tabId, row, true).catch((error: unknown) => edges.onStoreFailed(tabId, error));
      }
    },
  };
}

/** It never opened, and neither the page nor we had a hand in it. */
function failedReally(row: ConnectionRecord): boolean {
  const { close, openedAtMs, closeRequested, droppedAtMs, refusedAtMs } = row;
  return (
    (close?.code === 1006 || close?.code === TLS_FAILED) &&
    !close.simulated &&
    openedAtMs === null &&
    closeRequested === null &&
    droppedAtMs === null &&
    refusedAtMs === undefined
  );
}

/** What is asked of a WebSocket's endpoint: the same URL over HTTP; null when it is none. */
export function probeUrlOf(url: string): string | null {
  try {
    const { protocol, href } = new URL(url);
    if (protocol !== 'ws:' && protocol !== 'wss:') return null;
    const http = new URL(href.replace(/^ws/, 'http'));
    // fetch() refuses URLs with credentials in them, and they are nobody's business.
    http.username = '';
    http.password = '';
    http.hash = '';
    return http.href;
  } catch {
    return null;
  }
}

/** Without the query: tokens in it change from one attempt to the next. */
function endpointOf(url: string): string {
  return url.replace(/\?.*$/s, '');
}
