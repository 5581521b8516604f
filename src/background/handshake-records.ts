/**
 * Writes down how handshakes were answered, as the browser's network layer tells it, and, where that hides the answer,
 * Chromium's DevTools. Whose a handshake is comes from `outside-connections.ts`, often later. Everything goes through the
 * store's rows: what one worker has begun, the next one ends.
 */
import type { HandshakeEvent } from '../browser/handshakes.ts';
import { ANSWERED_BADLY, NEVER_CONNECTED } from '../protocol/evidence.ts';
import { type FailedHandshake, parseFailedHandshake, parseList } from '../protocol/outside.ts';
import type { EvidenceRows } from '../store/evidence.ts';
import type { HandshakeChange } from '../store/handshake-change.ts';
import type { Writer } from '../store/writer.ts';
import { pairUp, type Reported } from './pairing.ts';

export interface HandshakeRecordsEdges {
  readonly writer: Writer;
  /** The session that the tab is in; undefined when it is not recorded. */
  sessionOf(tabId: number): string | undefined;
  /** See `RecordedTab`; '' where there is none. */
  partOf(tabId: number): string;
  /** Connections of the session that the page script reported. */
  reportedOf(tabId: number, sessionId: string): Promise<Iterable<Reported>>;
  /** Whether a handshake of the tab to this URL is being refused by us. */
  isRefusing(tabId: number, url: string): boolean;
  onEvidence(tabId: number, sessionId: string, rows: EvidenceRows): void;
  onStoreFailed(tabId: number, error: unknown): void;
  callAfter(delayMs: number, callback: () => void): void;
}

/** A handshake's key in its tab, and the connection that it turned out to be. */
export interface NamedHandshake {
  readonly key: string;
  readonly connectionId: string;
}

export interface HandshakeRecords {
  /** The network layer tells of a handshake; null: it is not known yet whose. */
  onSighted(tabId: number, sessionId: string, key: string, event: HandshakeEvent, connectionId: string | null): void;
  /** It is known whose they are. */
  onNamed(tabId: number, sessionId: string, handshakes: readonly NamedHandshake[]): void;
  /** DevTools list handshakes that failed (`FailedHandshake`), perhaps not for the first time. */
  onDevtoolsFailed(tabId: number, handshakes: readonly unknown[]): void;
}

/** The page script's own report comes within moments of DevTools', or it was there long before. */
const DEVTOOLS_LOOKS_MS: readonly number[] = [300, 2_000];

export function createHandshakeRecords(edges: HandshakeRecordsEdges): HandshakeRecords {
  /** By session, in the order of time. */
  const waiting = new Map<string, { readonly tabId: number; readonly changes: HandshakeChange[] }>();
  let isWriting = false;

  function add(tabId: number, sessionId: string, changes: readonly HandshakeChange[]): void {
    if (changes.length === 0) return;
    const known = waiting.get(sessionId);
    if (known) known.changes.push(...changes);
    else waiting.set(sessionId, { tabId, changes: [...changes] });
    if (!isWriting) void writeAll();
  }

  /** What comes while the store is at work is written together. */
  async function writeAll(): Promise<void> {
    isWriting = true;
    for (let [next] = waiting; next; [next] = waiting) {
      const [sessionId, { tabId, changes }] = next;
      waiting.delete(sessionId);
      try {
        edges.onEvidence(tabId, sessionId, await edges.writer.changeHandshakes(sessionId, changes));
      } catch (error) {
        edges.onStoreFailed(tabId, error);
      }
    }
    isWriting = false;
  }

  async function pairWithReported(tabId: number, failed: readonly FailedHandshake[], look: number): Promise<void> {
    const sessionId = edges.sessionOf(tabId);
    if (sessionId === undefined) return;
    const sighted = failed.map((one, i) => ({ ...one, key: String(i), frameId: null }));
    // A row a connection: of those that DevTools list again, the earlier ones take the same as before.
    const pairs = pairUp(sighted, await edges.reportedOf(tabId, sessionId));
    add(
      tabId,
      sessionId,
      sighted.flatMap((one) => {
        const connectionId = pairs.get(one.key);
        return connectionId === undefined ? [] : [toldByDevtools(one, connectionId, edges.isRefusing(tabId, one.url))];
      }),
    );
    const rest = failed.filter((_, i) => !pairs.has(String(i)));
    if (rest.length > 0) lookLater(tabId, rest, look + 1);
  }

  function lookLater(tabId: number, failed: readonly FailedHandshake[], look: number): void {
    const delayMs = DEVTOOLS_LOOKS_MS[look];
    if (delayMs === undefined) return;
    edges.callAfter(delayMs, () => {
      pairWithReported(tabId, failed, look).catch((error: unknown) => edges.onStoreFailed(tabId, error));
    });
  }

  return {
    onSighted: (tabId, sessionId, key, event, connectionId) => {
      const isRefused = event.stage === 'failed' && edges.isRefusing(tabId, event.url);
      const change = toldByNetwork(idOf(sessionId, edges.partOf(tabId) + key), event, isRefused);
      if (change) add(tabId, sessionId, [connectionId === null ? change : { ...change, connectionId }]);
    },
    onNamed: (tabId, sessionId, handshakes) => {
      add(
        tabId,
        sessionId,
        handshakes.map(({ key, connectionId }) => ({
          handshakeId: idOf(sessionId, edges.partOf(tabId) + key),
          begin: null,
          connectionId,
        })),
      );
    },
    onDevtoolsFailed: (tabId, values) => {
      const failed = parseList(values, parseFailedHandshake) ?? [];
      if (failed.length > 0) lookLater(tabId, failed, 0);
    },
  };
}

function idOf(sessionId: string, key: string): string {
  return `${sessionId}/${key}`;
}

function toldByNetwork(handshakeId: string, event: HandshakeEvent, refusedByUs: boolean): HandshakeChange | null {
  const { stage, url, atMs, status, headers, networkError } = event;
  const change: HandshakeChange = { handshakeId, begin: { url, startedAtMs: atMs, toldBy: 'network' } };
  const answered = status === null ? change : { ...change, answer: { status, headers } };
  switch (stage) {
    case 'started':
      return change;
    case 'asked':
      return null;
    case 'answered':
      return answered;
    case 'opened':
      return { ...answered, end: { atMs, isOpened: true, networkError: null, refusedByUs: false } };
    case 'failed':
      return { ...answered, end: { atMs, isOpened: false, networkError, refusedByUs } };
  }
}

function toldByDevtools(
  { url, startedAtMs, endedAtMs }: FailedHandshake,
  connectionId: string,
  refusedByUs: boolean,
): HandshakeChange {
  const networkError = endedAtMs === null ? NEVER_CONNECTED : ANSWERED_BADLY;
  return {
    handshakeId: `${connectionId}/devtools`,
    begin: { url, startedAtMs, toldBy: 'devtools' },
    connectionId,
    end: { atMs: endedAtMs ?? startedAtMs, isOpened: false, networkError, refusedByUs },
  };
}
