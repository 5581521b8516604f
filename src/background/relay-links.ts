/**
 * The background's end of the relay ports: one link a document that has sockets. Answers hello, writes batches and
 * acknowledges them once they are committed. A link that does not fit (a batch is missing, the store fails, the document
 * is another's) is cut: its content script connects again and is told where to go on. That is the only way to recover.
 */
import type { ExtensionPort } from '../browser/extension.ts';
import { keepPayloads } from '../protocol/kept-payload.ts';
import type { FaultCommand } from '../protocol/page-command.ts';
import { type CommandOutcome, parsePageReport } from '../protocol/page-report.ts';
import type { DocumentRecord } from '../protocol/records.ts';
import {
  type Batch,
  type Hello,
  LEFT_OUT,
  NO_PRESSURE,
  type Pressure,
  parseRelayMessage,
  type RelayReply,
} from '../protocol/relay.ts';
import { storeFailureOf } from '../store/failure.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { DocumentIdentity } from '../store/write-batches.ts';
import type { Writer } from '../store/writer.ts';
import { type BatchQueue, createBatchQueue } from './batch-queue.ts';
import { createLinkCommands } from './link-commands.ts';
import type { PendingBatch } from './pending-batches.ts';
import type { RecordedTabs } from './recorded-tabs.ts';
import type { Arrival } from './sessions.ts';
import type { StoredSettings } from './stored-settings.ts';

/** A document whose link is lost and not back by then is gone. Longer than any backoff that is not a failure's. */
export const DOCUMENT_GRACE_MS = 3_000;
const CLOCKS_REMEMBERED = 500;

export interface RelayLinksEdges {
  readonly tabs: RecordedTabs;
  readonly writer: Writer;
  readonly settings: Pick<StoredSettings, 'loaded' | 'get'>;
  /** What documents of the tab hold back is another amount now. */
  onPressure(tabId: number): void;
  onChanged(tabId: number, rows: ChangedRows): void;
  onStoreFailed(tabId: number, error: unknown): void;
  /** A document of the tab can be spoken to: it is new, or back. */
  onLinked(tabId: number, documentId: string): void;
  /** It cannot any more; its content script has ended all faults in it. */
  onUnlinked(tabId: number, documentId: string): void;
  /** A fault holds no more in the document. */
  onFaultOver(tabId: number, documentId: string, faultId: string): void;
  /** A document with sockets says hello: perhaps its tab is to be recorded from now on. Null: nothing has changed. */
  onArrival(tabId: number, arrival: Arrival): Promise<void> | null;
  /** So much is stored of the tab's session. */
  onWritten(tabId: number, sessionId: string, storedBytes: number): void;
  /** A document may have ended, and left something behind; perhaps its tab has been closed. */
  onLinkClosed(tabId: number): void;
  /** The store does not know the session that the tab belongs to. */
  onSessionMissing(tabId: number, sessionId: string): void;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface RelayLinks {
  accept(port: ExtensionPort): void;
  /** The tab has become another's session, is paused or resumed, or is not recorded any more: its documents are told. */
  tellTab(tabId: number): void;
  /** What all documents of the tab together hold back. */
  pressureOf(tabId: number): Pressure;
  isLinked(documentId: string): boolean;
  tabOf(documentId: string): number | null;
  /** How far the wall clock is ahead of the document's. */
  clockAheadMs(documentId: string): number;
  /** Waits for the document's link when it is just being made. Null when the page has not answered in time. */
  drop(documentId: string, connection: number): Promise<CommandOutcome | null>;
  /** Likewise. */
  faultCommand(documentId: string, command: FaultOrder): Promise<CommandOutcome | null>;
  /** Documents of the tab that can be spoken to. */
  documentsOf(tabId: number): readonly string[];
  /** Ends all faults in all documents of the tab. */
  stopAllFaults(tabId: number): void;
}

/** A fault command that has not been numbered yet. */
export type FaultOrder = FaultCommand extends infer Command
  ? Command extends FaultCommand
    ? Omit<Command, 'commandId'>
    : never
  : never;

interface Link {
  readonly port: ExtensionPort;
  readonly tabId: number;
  readonly frameId: number;
  hello: Hello | null;
  /** The session that its content script was told. */
  sessionId: string | null;
  /** What it writes into. */
  document: { readonly documentId: string; readonly sessionId: string } | null;
  committedBatch: number;
  clockAheadMs: number;
  pressure: Pressure;
  /** The document has said farewell. */
  isGone: boolean;
  isOpen: boolean;
  /** What still comes is not to be used: something before it is missing. */
  isCut: boolean;
  readonly queue: BatchQueue;
}

export function createRelayLinks(edges: RelayLinksEdges): RelayLinks {
  const { tabs, writer } = edges;
  const links = new Set<Link>();
  const byDocument = new Map<string, Link>();
  const commands = createLinkCommands<Link>({
    linkOf: (documentId) => byDocument.get(documentId),
    reply,
    callAfter: edges.callAfter,
  });
  /** Of documents whose clock runs apart; they may have gone already when their last rows are written. */
  const clocks = new Map<string, number>();

  function accept(port: ExtensionPort): void {
    const { tabId, frameId } = port.sender;
    if (tabId === null || frameId === null) {
      port.disconnect();
      return;
    }
    const link: Link = {
      port,
      tabId,
      frameId,
      hello: null,
      sessionId: null,
      document: null,
      committedBatch: 0,
      clockAheadMs: 0,
      pressure: NO_PRESSURE,
      isGone: false,
      isOpen: true,
      isCut: false,
      queue: createBatchQueue({ ...edges, write: (batches) => write(link, batches) }),
    };
    links.add(link);
    // One message after the other: a batch must not overtake the hello that it came after.
    let last: Promise<unknown> = Promise.all([tabs.loaded, edges.settings.loaded]);
    port.onMessage((message) => {
      last = last.then(() => onMessage(link, message)).catch((error: unknown) => fail(link, error));
    });
    port.onDisconnect(() => close(link));
  }

  async function onMessage(link: Link, value: unknown): Promise<void> {
    const message = parseRelayMessage(value);
    switch (message?.kind) {
      case 'hello':
        link.hello = message;
        await welcome(link, message);
        if (!message.isLeaving) await answerHello(link, message);
        return;
      case 'batch':
        onBatch(link, message);
        return;
      case 'clock':
        link.clockAheadMs = message.aheadMs;
        if (link.document) rememberClock(link.document.documentId, link);
        return;
      case 'pressure': {
        const { heldBackBytes, leftOut } = message;
        setPressure(link, { heldBackBytes, leftOut });
        return;
      }
      case 'answer':
        commands.onAnswer(link, message.commandId, message.outcome);
        return;
      case 'faultOver':
        if (link.document) edges.onFaultOver(link.tabId, link.document.documentId, message.faultId);
        return;
      default:
        cut(link); // our own content script says nothing like that
    }
  }

  function rememberClock(documentId: string, { clockAheadMs }: Link): void {
    if (clockAheadMs === 0 && !clocks.has(documentId)) return;
    clocks.delete(documentId);
    clocks.set(documentId, clockAheadMs);
    const [oldest] = clocks.keys();
    if (clocks.size > CLOCKS_REMEMBERED && oldest !== undefined) clocks.delete(oldest);
  }

  async function welcome({ port, tabId, frameId }: Link, { viewport, isLeaving }: Hello): Promise<void> {
    // Of a document that leaves nobody can tell which page its tab shows by now.
    if (isLeaving && tabs.get(tabId)) return;
    const [widthPx, heightPx, pixelRatio] = viewport ?? [];
    const isKnown = widthPx !== undefined && heightPx !== undefined && pixelRatio !== undefined;
    await edges.onArrival(tabId, {
      frameId,
      pageUrl: port.sender.pageUrl ?? '',
      viewport: isKnown ? { widthPx, heightPx, pixelRatio } : null,
    });
  }

  async function answerHello(link: Link, hello: Hello): Promise<void> {
    const tab = tabs.get(link.tabId);
    if (!tab) {
      reply(link, { kind: 'notRecorded' });
      return;
    }
    let committedBatch: number | null = 0;
    if (hello.documentId !== null && hello.sessionId === tab.sessionId) {
      const identity = identityOf(link, hello, hello.documentId, tab.sessionId);
      const resumed = await writer.resume(identity);
      committedBatch = resumed.committedBatch;
      if (resumed.revived) edges.onChanged(link.tabId, resumed.revived);
      if (committedBatch !== null && link.isOpen) bind(link, identity, committedBatch);
    }
    // While the store was asked, the tab may have become another session's.
    if (tabs.get(link.tabId)?.sessionId === tab.sessionId) tellState(link, committedBatch);
    else await answerHello(link, hello);
  }

  function tellState(link: Link, committedBatch: number | null): void {
    const tab = tabs.get(link.tabId);
    if (!tab) return;
    const { sessionId, recording, startedBy } = tab;
    const earlier = link.sessionId ?? link.hello?.sessionId ?? null;
    // After a clear, only what was recorded before it must not come again; a document that is new to us may tell all.
    const isCleared = startedBy === 'clear' && earlier !== null && earlier !== sessionId;
    link.sessionId = sessionId;
    const history = isCleared ? 'open' : 'ring';
    const { keptPayloadBytes, recordStacks, watchListeners } = edges.settings.get();
    const wanted = { keptPayloadBytes, recordStacks, watchListeners };
    reply(link, { kind: 'state', sessionId, recording, history, committedBatch, ...wanted });
  }

  function tellTab(tabId: number): void {
    const tab = tabs.get(tabId);
    for (const link of links) {
      // A link whose hello is still being answered will hear the latest from there.
      if (link.tabId !== tabId || link.sessionId === null) continue;
      if (!tab) {
        unbind(link);
        link.sessionId = null;
        reply(link, { kind: 'notRecorded' });
        continue;
      }
      if (link.sessionId !== tab.sessionId) unbind(link);
      tellState(link, link.committedBatch);
    }
  }

  function onBatch(link: Link, message: Batch): void {
    const { hello, tabId } = link;
    const { documentId, batch, surroundings, rejected, payloadsLeftOut, goneAtMs } = message;
    const tab = tabs.get(tabId);
    const sessionId = message.sessionId ?? (tab?.recording ? tab.sessionId : null);
    // What was on its way while its session ended has nowhere to go; the content script has been told. A port that is
    // closed is no reason: a document says hello, everything and farewell in its last moment, if it must.
    if (!hello || link.isCut || sessionId === null || tab?.sessionId !== sessionId) return;
    if (goneAtMs !== null) link.isGone = true;
    const { keptPayloadBytes } = edges.settings.get();
    const reports = message.reports
      .map(parsePageReport)
      .filter((report) => report !== null)
      // Who was not told of the session was not told of the limit either.
      .map((report) => (message.sessionId === null ? keepPayloads(report, keptPayloadBytes) : report));
    const refused = rejected + message.reports.length - reports.length;
    const identity = identityOf(link, hello, documentId, sessionId);
    rememberClock(documentId, link);
    link.queue.push({ identity, batch, reports, surroundings, rejected: refused, payloadsLeftOut, goneAtMs });
  }

  /** Also when the port is closed: what has arrived is written. */
  async function write(link: Link, batches: readonly [PendingBatch, ...PendingBatch[]]): Promise<void> {
    const { identity } = batches[0];
    try {
      const outcome = await writer.write(identity, batches);
      if (outcome.kind === 'noSession') edges.onSessionMissing(link.tabId, identity.sessionId);
      if (outcome.kind !== 'written') return cut(link);
      edges.onChanged(link.tabId, outcome);
      edges.onWritten(link.tabId, identity.sessionId, outcome.storedBytes);
      acknowledge(link, outcome.document);
      if (outcome.ahead) cut(link);
    } catch (error) {
      fail(link, error);
    }
  }

  /** Only now is it known that the document is the link's: its row says so. */
  function acknowledge(link: Link, document: DocumentRecord): void {
    const { documentId, sessionId, committedBatch } = document;
    if (tabs.get(link.tabId)?.sessionId !== sessionId) return;
    if (!link.isOpen || link.hello?.isLeaving) {
      if (!link.isGone) expectReturn(document, link.tabId);
      return;
    }
    if (link.document?.documentId !== documentId) bind(link, document, 0);
    if (committedBatch > link.committedBatch) {
      link.committedBatch = committedBatch;
      reply(link, { kind: 'committed', batch: committedBatch });
    }
  }

  function bind(link: Link, { documentId, sessionId }: NonNullable<Link['document']>, committedBatch: number): void {
    unbind(link);
    link.document = { documentId, sessionId };
    link.committedBatch = committedBatch;
    byDocument.set(documentId, link);
    commands.onLinked(documentId, link);
    edges.onLinked(link.tabId, documentId);
  }

  function unbind(link: Link): void {
    const { document } = link;
    if (!document) return;
    link.document = null;
    link.committedBatch = 0;
    if (byDocument.get(document.documentId) === link) {
      byDocument.delete(document.documentId);
      edges.onUnlinked(link.tabId, document.documentId);
    }
    if (!link.isGone) expectReturn(document, link.tabId);
  }

  /** Marks the document as gone unless it is back in time. */
  function expectReturn({ documentId, sessionId }: NonNullable<Link['document']>, tabId: number): void {
    const lostAtMs = edges.nowMs();
    edges.callAfter(DOCUMENT_GRACE_MS, () => {
      if (byDocument.has(documentId) || tabs.get(tabId)?.sessionId !== sessionId) return;
      writer.setGone(documentId, lostAtMs).then(
        (rows) => rows && edges.onChanged(tabId, rows),
        (error: unknown) => edges.onStoreFailed(tabId, error),
      );
    });
  }

  function fail(link: Link, error: unknown): void {
    edges.onStoreFailed(link.tabId, error);
    if (storeFailureOf(error).failure === 'full') reply(link, { kind: 'noRoom' });
    cut(link);
  }

  function cut(link: Link): void {
    link.isCut = true;
    link.queue.clear();
    link.port.disconnect();
    close(link);
  }

  function close(link: Link): void {
    edges.onLinkClosed(link.tabId);
    link.isOpen = false;
    links.delete(link);
    setPressure(link, NO_PRESSURE);
    unbind(link);
    link.queue.hurry();
  }

  function setPressure(link: Link, pressure: Pressure): void {
    const { heldBackBytes, leftOut } = link.pressure;
    link.pressure = pressure;
    if (heldBackBytes !== pressure.heldBackBytes || leftOut !== pressure.leftOut) edges.onPressure(link.tabId);
  }

  function pressureOf(tabId: number): Pressure {
    const all = [...links].filter((link) => link.tabId === tabId).map(({ pressure }) => pressure);
    const worst = Math.max(0, ...all.map(({ leftOut }) => LEFT_OUT.indexOf(leftOut)));
    return {
      heldBackBytes: all.reduce((sum, { heldBackBytes }) => sum + heldBackBytes, 0),
      leftOut: LEFT_OUT[worst] ?? 'nothing',
    };
  }

  function reply(link: Link, message: RelayReply): void {
    if (link.isOpen) link.port.post(message);
  }

  return {
    accept,
    tellTab,
    pressureOf,
    isLinked: (documentId) => byDocument.has(documentId),
    tabOf: (documentId) => byDocument.get(documentId)?.tabId ?? null,
    clockAheadMs: (documentId) => clocks.get(documentId) ?? 0,
    drop: (documentId, connection) =>
      commands.send(documentId, (commandId) => ({ kind: 'drop', commandId, connection })),
    faultCommand: (documentId, order) =>
      commands.send(documentId, (commandId) => ({ kind: 'faultCommand', command: { ...order, commandId } })),
    documentsOf: (tabId) => [...byDocument].filter(([, link]) => link.tabId === tabId).map(([id]) => id),
    stopAllFaults: (tabId) => {
      for (const link of links) if (link.tabId === tabId) reply(link, { kind: 'stopAllFaults' });
    },
  };
}

/** Tab and frame as the browser says; the rest as the document says of itself. */
function identityOf(
  { tabId, frameId }: Pick<Link, 'tabId' | 'frameId'>,
  { url, timeOriginMs }: Hello,
  documentId: string,
  sessionId: string,
): DocumentIdentity {
  return { documentId, sessionId, tabId, frameId, url, timeOriginMs };
}
