/**
 * What is known of one tab's handshakes, and which of them became connections of their own, because no page script
 * reported them. Pure: every function gives a new state. Plain data, for it must outlive the worker.
 */
import type { HandshakeEvent } from '../browser/handshakes.ts';
import { MAX_HANDSHAKE_CHARS_PER_TAB, MAX_HANDSHAKES_PER_TAB, MAX_URL_CHARS } from '../protocol/limits.ts';
import { type LoggedHandshake, outsideDocumentId } from '../protocol/outside.ts';
import { comparableUrl, PAIRING_TOLERANCE_MS, pairUp, type Reported } from './pairing.ts';

/** So long the page script has to report a connection of its own: it is asked later, and its page may be busy. */
export const GRACE_MS = 2_000;
/** A handshake whose connection the page script reported is of no interest any more; others may still be compared with it. */
const PAIRED_KEPT_MS = 30_000;
const FRAMES_REMEMBERED = 50;

export interface Handshake {
  readonly key: string;
  /** Null where nobody tells it. */
  readonly frameId: number | null;
  readonly browserDocumentId: string | null;
  readonly ownerUrl: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly seenBy: 'network' | 'devtools';
  readonly startedAtMs: number;
  readonly openedAtMs: number | null;
  readonly protocol: string;
  readonly extensions: string;
  readonly accept: string | null;
  /** It failed, or the connection was seen to end. */
  readonly endedAtMs: number | null;
  /** On the background's clock. */
  readonly noticedAtMs: number;
  /** No page script can have seen it. */
  readonly isOutside: boolean;
  /** The connection that the page script reported. */
  readonly pairedWith: string | null;
  /** The connection that was made of it. */
  readonly recordedAs: { readonly documentId: string; readonly connection: number } | null;
}

export interface OutsideDocument {
  readonly documentId: string;
  readonly frameId: number;
  readonly browserDocumentId: string | null;
  readonly url: string;
  readonly timeOriginMs: number;
  readonly nextConnection: number;
  readonly goneAtMs: number | null;
}

export interface OutsideTab {
  readonly sessionId: string;
  /** See `RecordedTab`. */
  readonly part?: string;
  readonly startedAtMs: number;
  readonly handshakes: readonly Handshake[];
  readonly documents: readonly OutsideDocument[];
  /** When the last document of a frame that went away did so, the latest frames last. */
  readonly framesGone: readonly { readonly frameId: number; readonly atMs: number }[];
  readonly overlooked: number;
}

/** No frame: a shared or service worker's, or nobody tells. */
export const NO_FRAME = -1;

export function newOutsideTab(sessionId: string, startedAtMs: number, part = ''): OutsideTab {
  return {
    sessionId,
    ...(part !== '' && { part }),
    startedAtMs,
    handshakes: [],
    documents: [],
    framesGone: [],
    overlooked: 0,
  };
}

/** The tab belongs to another session now, which begins with the connections that live. */
export function carriedOver(tab: OutsideTab, sessionId: string, startedAtMs: number, part = ''): OutsideTab {
  const handshakes = tab.handshakes
    .filter((handshake) => isAlive(tab, handshake) && handshake.pairedWith === null)
    // What was nobody's all the time will not become somebody's.
    .map((handshake) => ({
      ...handshake,
      isOutside: handshake.isOutside || handshake.recordedAs !== null,
      recordedAs: null,
    }));
  return { ...newOutsideTab(sessionId, startedAtMs, part), handshakes, framesGone: tab.framesGone };
}

export function isAlive(tab: OutsideTab, { endedAtMs, recordedAs }: Handshake): boolean {
  if (endedAtMs !== null) return false;
  const document = recordedAs && documentOf(tab, recordedAs.documentId);
  return !document || document.goneAtMs === null;
}

export function documentOf({ documents }: OutsideTab, documentId: string): OutsideDocument | undefined {
  return documents.find((document) => document.documentId === documentId);
}

/** The handshake's name in the state. */
export function keyOf({ requestId }: HandshakeEvent): string {
  return `request ${requestId}`;
}

/** A stage of a handshake was observed. One whose beginning was missed begins with what is seen of it. */
export function withEvent(tab: OutsideTab, event: HandshakeEvent, nowMs: number): OutsideTab {
  const key = keyOf(event);
  // Nearly always one of the last.
  const known = tab.handshakes.findLast((handshake) => handshake.key === key);
  if (!known && event.stage === 'asked') return tab;
  const next = advanced(known ?? fromEvent(key, event, nowMs), event);
  const twin =
    next.accept === null
      ? undefined
      : tab.handshakes.find((other) => other.accept === next.accept && other.key !== key);
  if (!twin) return known ? replaced(tab, next) : withNew(tab, next, nowMs);
  // DevTools told of it first.
  const { isOutside, pairedWith, recordedAs } = twin;
  const handshakes = tab.handshakes.filter((handshake) => handshake !== twin && handshake !== known);
  return { ...tab, handshakes: [...handshakes, { ...next, isOutside, pairedWith, recordedAs }] };
}

function fromEvent(key: string, event: HandshakeEvent, nowMs: number): Handshake {
  const { frameId, documentId, ownerUrl, url, atMs, isWorkers, tabId } = event;
  return {
    key,
    frameId: tabId < 0 ? NO_FRAME : frameId,
    browserDocumentId: documentId,
    // As long as the page script lets them be; a browser takes more.
    ownerUrl: ownerUrl.slice(0, MAX_URL_CHARS),
    url: url.slice(0, MAX_URL_CHARS),
    protocols: [],
    seenBy: 'network',
    startedAtMs: atMs,
    openedAtMs: null,
    protocol: '',
    extensions: '',
    accept: null,
    endedAtMs: null,
    noticedAtMs: nowMs,
    isOutside: isWorkers,
    pairedWith: null,
    recordedAs: null,
  };
}

function advanced(
  handshake: Handshake,
  { stage, atMs, protocol, protocols, extensions, accept }: HandshakeEvent,
): Handshake {
  switch (stage) {
    case 'started':
    case 'answered':
      return handshake;
    case 'asked':
      return { ...handshake, protocols };
    case 'opened':
      return handshake.pairedWith === null
        ? { ...handshake, openedAtMs: handshake.openedAtMs ?? atMs, protocol, extensions, accept }
        : { ...handshake, url: '', accept };
    case 'failed':
      return { ...handshake, endedAtMs: handshake.endedAtMs ?? atMs };
  }
}

/** DevTools list a connection. Those that the network layer told of already are known by the handshake's name. */
export function withLogged(tab: OutsideTab, logged: LoggedHandshake, nowMs: number): OutsideTab {
  if (tab.handshakes.some(({ accept }) => accept === logged.accept)) return tab;
  const handshake: Handshake = {
    ...logged,
    key: `log ${logged.accept}`,
    frameId: null,
    browserDocumentId: null,
    seenBy: 'devtools',
    endedAtMs: null,
    noticedAtMs: nowMs,
    isOutside: false,
    pairedWith: null,
    recordedAs: null,
  };
  return withNew(tab, handshake, nowMs);
}

function withNew(tab: OutsideTab, handshake: Handshake, nowMs: number): OutsideTab {
  const handshakes = hasRoom(tab.handshakes) ? tab.handshakes : withoutSettled(tab, nowMs);
  if (!hasRoom(handshakes)) return { ...tab, overlooked: tab.overlooked + 1 };
  return { ...tab, handshakes: [...handshakes, handshake] };
}

function hasRoom(handshakes: readonly Handshake[]): boolean {
  if (handshakes.length >= MAX_HANDSHAKES_PER_TAB) return false;
  return (
    handshakes.reduce((sum, { url, ownerUrl }) => sum + url.length + ownerUrl.length, 0) < MAX_HANDSHAKE_CHARS_PER_TAB
  );
}

/** Leaves out what nothing will be compared with any more. */
function withoutSettled({ handshakes }: OutsideTab, nowMs: number): readonly Handshake[] {
  return handshakes.filter(
    ({ pairedWith, noticedAtMs }) => pairedWith === null || noticedAtMs > nowMs - PAIRED_KEPT_MS,
  );
}

export interface Settled {
  readonly tab: OutsideTab;
  /** Connections that were recorded as nobody's and are the page's after all. */
  readonly takenBack: readonly NonNullable<Handshake['recordedAs']>[];
  /** Handshakes that became connections just now. */
  readonly born: readonly Handshake[];
  /** Handshakes that turned out to be the page's own just now. */
  readonly found: readonly Handshake[];
  /** Handshakes of which only DevTools saw that they succeeded. */
  readonly named: readonly Handshake[];
}

/** The connection that the handshake is known to be of, or null. */
export function connectionIdOf({ pairedWith, recordedAs }: Handshake): string | null {
  return pairedWith ?? (recordedAs && idOf(recordedAs));
}

/** Finds the page's own, and makes connections of those that had their time. `waitingSinceMs`: nobody could report before. */
export function settle(
  known: OutsideTab,
  reported: Iterable<Reported>,
  nowMs: number,
  waitingSinceMs: number,
  urlOfTab: string,
): Settled {
  const { tab, named } = withNames(known, nowMs - GRACE_MS);
  const taken = new Set(tab.handshakes.map(({ pairedWith }) => pairedWith));
  const free = [...reported].filter(({ connectionId }) => !taken.has(connectionId));
  const pairs = pairUp(
    tab.handshakes.filter(({ pairedWith, isOutside }) => pairedWith === null && !isOutside),
    free,
  );
  const takenBack: NonNullable<Handshake['recordedAs']>[] = [];
  const born: Handshake[] = [];
  const found: Handshake[] = [];
  let { documents } = tab;
  const handshakes = withoutSettled(tab, nowMs).map((handshake) => {
    const partner = pairs.get(handshake.key);
    if (partner !== undefined) {
      if (handshake.recordedAs) takenBack.push(handshake.recordedAs);
      const mine = paired(handshake, partner);
      found.push(mine);
      return mine;
    }
    if (handshake.pairedWith !== null || handshake.recordedAs) return handshake;
    if (!handshake.isOutside && Math.max(handshake.noticedAtMs, waitingSinceMs) > nowMs - GRACE_MS) return handshake;
    const placed = place({ ...tab, documents }, handshake, urlOfTab);
    documents = placed.documents;
    const recorded = { ...handshake, recordedAs: placed.recordedAs };
    born.push(recorded);
    return recorded;
  });
  return { tab: { ...tab, handshakes, documents }, takenBack, born, found, named };
}

/**
 * A worker that dies between the beginning of a handshake and its answer never hears of the answer, or forgets it. What
 * DevTools list then, and the network layer has had the time to tell of, is that handshake: not another connection.
 */
function withNames(
  tab: OutsideTab,
  listedBeforeMs: number,
): { readonly tab: OutsideTab; readonly named: readonly Handshake[] } {
  const named: Handshake[] = [];
  let { handshakes } = tab;
  for (const listed of tab.handshakes) {
    if (!isOnlyListed(listed) || listed.noticedAtMs > listedBeforeMs) continue;
    const begun = handshakes.findLast((handshake) => isBeginningOf(handshake, listed));
    if (!begun) continue;
    const { accept, openedAtMs, protocol, extensions } = listed;
    const protocols = begun.protocols.length > 0 ? begun.protocols : listed.protocols;
    const whole: Handshake =
      begun.pairedWith === null
        ? { ...begun, accept, openedAtMs, protocol, protocols, extensions }
        : { ...begun, url: '', accept };
    named.push(whole);
    handshakes = handshakes
      .filter((handshake) => handshake !== listed)
      .map((handshake) => (handshake === begun ? whole : handshake));
  }
  return named.length === 0 ? { tab, named } : { tab: { ...tab, handshakes }, named };
}

function isOnlyListed({ seenBy, pairedWith, recordedAs }: Handshake): boolean {
  return seenBy === 'devtools' && pairedWith === null && recordedAs === null;
}

function isBeginningOf(handshake: Handshake, listed: Handshake): boolean {
  const { seenBy, accept, openedAtMs, endedAtMs, url, startedAtMs } = handshake;
  return (
    seenBy === 'network' &&
    accept === null &&
    openedAtMs === null &&
    endedAtMs === null &&
    comparableUrl(url) === comparableUrl(listed.url) &&
    startedAtMs <= listed.startedAtMs + PAIRING_TOLERANCE_MS
  );
}

/**
 * Without what nothing will be compared with any more: pages open connections by the hundred, and all this is saved. Its
 * URL counts until its name is known.
 */
function paired(handshake: Handshake, pairedWith: string): Handshake {
  const url = handshake.accept === null && handshake.endedAtMs === null ? handshake.url : '';
  return { ...handshake, ownerUrl: '', url, protocols: [], extensions: '', pairedWith, recordedAs: null };
}

/** The next number in the document that the handshake belongs to, which is made when there is none. */
function place(
  { sessionId, part, documents, framesGone }: OutsideTab,
  { frameId, browserDocumentId, ownerUrl, startedAtMs }: Handshake,
  urlOfTab: string,
): { readonly documents: readonly OutsideDocument[]; readonly recordedAs: NonNullable<Handshake['recordedAs']> } {
  const frame = frameId ?? NO_FRAME;
  const url = (frame === 0 ? urlOfTab : '') || ownerUrl;
  const known = documents.find(
    (document) =>
      document.frameId === frame &&
      document.browserDocumentId === browserDocumentId &&
      (frame !== NO_FRAME || document.url === url) &&
      (document.goneAtMs === null || document.goneAtMs >= startedAtMs),
  );
  const document: OutsideDocument = known ?? {
    documentId: outsideDocumentId(sessionId, documents.length, part),
    frameId: frame,
    browserDocumentId,
    url,
    timeOriginMs: startedAtMs,
    nextConnection: 0,
    goneAtMs: framesGone.find((gone) => gone.atMs >= startedAtMs && isWithin(frame, gone.frameId))?.atMs ?? null,
  };
  const { documentId, nextConnection } = document;
  const next = { ...document, nextConnection: nextConnection + 1 };
  return {
    documents: known ? documents.map((other) => (other === known ? next : other)) : [...documents, next],
    recordedAs: { documentId, connection: nextConnection },
  };
}

/** A document of the page went away, and the workers that it had with it. */
export function withFrameGone(tab: OutsideTab, frameId: number, atMs: number): OutsideTab {
  const documents = tab.documents.map((document) =>
    document.goneAtMs === null && isWithin(document.frameId, frameId) && document.timeOriginMs <= atMs
      ? { ...document, goneAtMs: atMs }
      : document,
  );
  const others = tab.framesGone.filter((gone) => gone.frameId !== frameId);
  return { ...tab, documents, framesGone: [...others, { frameId, atMs }].slice(-FRAMES_REMEMBERED) };
}

/** Whether the frame goes when the other one goes: all do with the top frame. */
function isWithin(frameId: number, goneFrameId: number): boolean {
  return frameId !== NO_FRAME && (goneFrameId === 0 || goneFrameId === frameId);
}

/** The handshake that became this connection. */
export function handshakeOf(tab: OutsideTab, connectionId: string): Handshake | undefined {
  return tab.handshakes.find(({ recordedAs }) => recordedAs && idOf(recordedAs) === connectionId);
}

export function idOf({ documentId, connection }: NonNullable<Handshake['recordedAs']>): string {
  return `${documentId}/${connection}`;
}

export function withEnd(tab: OutsideTab, { key }: Handshake, endedAtMs: number): OutsideTab {
  const known = tab.handshakes.find((handshake) => handshake.key === key);
  return known ? replaced(tab, { ...known, endedAtMs: known.endedAtMs ?? endedAtMs }) : tab;
}

function replaced(tab: OutsideTab, next: Handshake): OutsideTab {
  const place = tab.handshakes.findLastIndex(({ key }) => key === next.key);
  return { ...tab, handshakes: tab.handshakes.with(place, next) };
}
