/**
 * Content script ↔ background, over the runtime port RELAY_PORT.
 *
 *     content                         background
 *        | hello {documentId, sessionId}  |
 *        |------------------------------->|   who are you, is your tab recorded?
 *        | state {sessionId, committed…}  |
 *        |<-------------------------------|   content forgets batches <= committed, sends the rest again
 *        | batch 1, 2, 3 …                |
 *        |------------------------------->|   one transaction each, refused when already committed
 *        | committed 3                    |
 *        |<-------------------------------|
 *
 * A document that leaves cannot know whether its link still lives. It says everything that is not acknowledged once more
 * on a new one, which wakes the background if need be: hello {isLeaving}, batch 3, batch 4.
 *
 * The background may die at any arrow: the content script connects again, says hello, and goes on. A batch counts as
 * delivered when its transaction has committed, and (documentId, batch) makes it count once.
 */
import { asRecord, isCount, isShortString, isTimeMs } from './guards.ts';
import { MAX_FAULT_ID_CHARS, MAX_LAST_BATCHES, MAX_REPORTS_PER_MESSAGE, MAX_URL_CHARS } from './limits.ts';
import { isOutsideDocument } from './outside.ts';
import type { FaultCommand, History } from './page-command.ts';
import { type CommandOutcome, isCommandOutcome } from './page-report.ts';
import { parseSurroundings, type SurroundingReport } from './surroundings.ts';

export const RELAY_PORT = 'relay';
/** `tabs.sendMessage` to every document of a tab: "connect and say hello, if you have sockets". */
export const WAKE_MESSAGE = 'socketscope-hello';
/** `tabs.sendMessage` to a document: "there are sockets here that your page does not know of: connect, whatever you have". */
export const LINK_MESSAGE = 'socketscope-link';

export interface Hello {
  readonly kind: 'hello';
  /** Made by the content script for this document in this session; null before it has been recorded. */
  readonly documentId: string | null;
  /** The session that the document believes to be in. */
  readonly sessionId: string | null;
  readonly url: string;
  /** `performance.timeOrigin`, epoch milliseconds. */
  readonly timeOriginMs: number;
  /** Of its window, CSS pixels, and how many of the device's are one of them; null: it has none. Missing: nobody said. */
  readonly viewport?: Viewport | null;
  /** The document is leaving: its last batches follow, perhaps for the second time, and nobody waits for an answer. */
  readonly isLeaving: boolean;
}
export type Viewport = readonly [widthPx: number, heightPx: number, pixelRatio: number];

export interface Batch {
  readonly kind: 'batch';
  readonly documentId: string;
  /**
   * A batch that was on its way while its session ended is of no use to the next one. Null: the document leaves before it
   * was told which session it is in, and whether it is in any.
   */
  readonly sessionId: string | null;
  /** From 1, without holes. */
  readonly batch: number;
  /** Parsed again in the background, one by one. */
  readonly reports: readonly unknown[];
  /** Missing: none. */
  readonly surroundings?: readonly SurroundingReport[];
  /** How many messages and reports of the page were refused since the batch before. */
  readonly rejected: number;
  /** Frames in `reports` whose payloads were left out because too much was waiting. */
  readonly payloadsLeftOut: number;
  /** Set on the last batch of a document that goes away: epoch milliseconds. */
  readonly goneAtMs: number | null;
}
/**
 * What a document that ends leaves in the extension's local storage, under LAST_WORD_KEY and its id: what it could not be
 * sure to have got through, without the frames themselves. Survives the document and the background; whichever of it
 * turns out to be missing is then known, and counted.
 */
export interface LastWord {
  readonly documentId: string;
  readonly sessionId: string;
  /** Numbers as those of the real ones, so that each counts once, here or there. */
  readonly batches: readonly Batch[];
}
export const LAST_WORD_KEY = 'last-word/';

export interface Answer {
  readonly kind: 'answer';
  readonly commandId: number;
  readonly outcome: CommandOutcome;
}
/**
 * The document's clock runs apart from the wall clock: it stands still while the machine sleeps. Said after `hello` and
 * before the next batch, when it is not as it was said last (at first: not apart).
 */
export interface Clock {
  readonly kind: 'clock';
  /** `Date.now()` less the document's time. */
  readonly aheadMs: number;
}
/** What has to go when too much waits: nothing, payloads, then frames too. */
export const LEFT_OUT = ['nothing', 'payloads', 'frames'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** As much is under way as may be, and more waits. */
export interface Pressure {
  /** About what it takes in memory; 0: nothing waits. */
  readonly heldBackBytes: number;
  /** The worst, since something began to wait. */
  readonly leftOut: LeftOut;
}
export const NO_PRESSURE: Pressure = { heldBackBytes: 0, leftOut: 'nothing' };

/** Said when it has changed much since it was said last on this link (at first: none). */
export interface PressureMessage extends Pressure {
  readonly kind: 'pressure';
}
/** As the page said it: the fault holds no more in the document. */
export interface FaultOver {
  readonly kind: 'faultOver';
  readonly faultId: string;
}
export type RelayMessage = Hello | Batch | Answer | Clock | PressureMessage | FaultOver;

export type RelayReply =
  /** The tab is not recorded: the content script stops its page, forgets and disconnects. */
  | { readonly kind: 'notRecorded' }
  /**
   * The tab belongs to this session. Another one than before: the document takes a new documentId and starts over with
   * `history`. The same: it goes on after `committedBatch`; null there means that the store does not know the document
   * as the sender's, and it starts over as in a new session.
   */
  | {
      readonly kind: 'state';
      readonly sessionId: string;
      /** False while recording is paused: the page is silent, but session and document stay as they are. */
      readonly recording: boolean;
      readonly history: StartingHistory;
      readonly committedBatch: number | null;
      /** See `Settings`. Cut already in the content script: what is not kept need not travel. */
      readonly keptPayloadBytes: number;
      /** See `Settings`. */
      readonly recordStacks: boolean;
      /** See `Settings`. */
      readonly watchListeners: boolean;
    }
  | { readonly kind: 'committed'; readonly batch: number }
  /** There is no room: what cannot be kept until `committed` comes again is missing for that reason. The link is cut. */
  | { readonly kind: 'noRoom' }
  | { readonly kind: 'drop'; readonly commandId: number; readonly connection: number }
  /** For the page as it stands; answered like `drop`. */
  | { readonly kind: 'faultCommand'; readonly command: FaultCommand }
  /** Nobody is there any more who could stop them. The content script says so to its page by itself when the link breaks. */
  | { readonly kind: 'stopAllFaults' };

/** `unsent` is for the content script alone to say: it knows whether its page has been recorded before. */
export type StartingHistory = Exclude<History, 'unsent'>;

const UUID_CHARS = 36;

/** A content script may name its own documents only, never those of the background. */
function isId(value: unknown): value is string {
  return isShortString(value, UUID_CHARS) && value.length > 0 && !isOutsideDocument(value);
}

/** `unknown` → message of a content script, or null. The reports of a batch stay unparsed. */
export function parseRelayMessage(value: unknown): RelayMessage | null {
  const source = asRecord(value);
  switch (source?.kind) {
    case 'hello': {
      const { documentId, sessionId, url, timeOriginMs, isLeaving } = source;
      return (documentId === null || isId(documentId)) &&
        (sessionId === null || isId(sessionId)) &&
        isShortString(url, MAX_URL_CHARS) &&
        isTimeMs(timeOriginMs) &&
        typeof isLeaving === 'boolean'
        ? { kind: 'hello', documentId, sessionId, url, timeOriginMs, viewport: viewportOf(source.viewport), isLeaving }
        : null;
    }
    case 'batch': {
      const { documentId, sessionId, batch, reports, rejected, payloadsLeftOut, goneAtMs } = source;
      const surroundings = parseSurroundings(source.surroundings);
      return isId(documentId) &&
        (sessionId === null || isId(sessionId)) &&
        isCount(batch) &&
        Array.isArray(reports) &&
        reports.length <= MAX_REPORTS_PER_MESSAGE &&
        isCount(rejected) &&
        isCount(payloadsLeftOut) &&
        (goneAtMs === null || isTimeMs(goneAtMs))
        ? {
            kind: 'batch',
            documentId,
            sessionId,
            batch,
            reports,
            ...(surroundings.length > 0 && { surroundings }),
            rejected,
            payloadsLeftOut,
            goneAtMs,
          }
        : null;
    }
    case 'answer': {
      const { commandId, outcome } = source;
      return isCount(commandId) && isCommandOutcome(outcome) ? { kind: 'answer', commandId, outcome } : null;
    }
    case 'clock': {
      const { aheadMs } = source;
      return typeof aheadMs === 'number' && isTimeMs(Math.abs(aheadMs)) ? { kind: 'clock', aheadMs } : null;
    }
    case 'pressure': {
      const { heldBackBytes } = source;
      const leftOut = LEFT_OUT.find((one) => one === source.leftOut);
      return isCount(heldBackBytes) && leftOut ? { kind: 'pressure', heldBackBytes, leftOut } : null;
    }
    case 'faultOver': {
      const { faultId } = source;
      return isShortString(faultId, MAX_FAULT_ID_CHARS) ? { kind: 'faultOver', faultId } : null;
    }
    default:
      return null;
  }
}

function viewportOf(value: unknown): Viewport | null {
  if (!Array.isArray(value) || value.length !== 3) return null;
  const [width, height, ratio]: unknown[] = value;
  const isSize = (size: unknown): size is number => typeof size === 'number' && size > 0 && size < 1e6;
  return isSize(width) && isSize(height) && isSize(ratio) ? [width, height, ratio] : null;
}

/** `unknown` → what a content script has left behind, or null. The reports stay unparsed. */
export function parseLastWord(value: unknown): LastWord | null {
  const source = asRecord(value);
  if (!source || !isId(source.documentId) || !isId(source.sessionId) || !Array.isArray(source.batches)) return null;
  const { documentId, sessionId } = source;
  const batches = source.batches.slice(0, MAX_LAST_BATCHES).map(parseRelayMessage);
  const isOwn = (message: RelayMessage | null): message is Batch =>
    message?.kind === 'batch' && message.documentId === documentId && message.sessionId === sessionId;
  return batches.every(isOwn) ? { documentId, sessionId, batches } : null;
}
