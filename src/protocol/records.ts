/**
 * The rows of the database, as background and panel both know them. `src/store/README.md` draws the schema. All times
 * are epoch milliseconds.
 */
import type { ConnectionActs, Surrounding } from './evidence.ts';
import type { Direction, Reach } from './fault.ts';
import type { FrameColumns } from './frame-columns.ts';
import type { FaultEndCause, GapReason, PageEffectKind } from './page-report.ts';
import type { ScenarioRun } from './panel-link.ts';

/**
 * How a session came to be and how long it lasts. `watch`: as long as a panel looks at its tab; `named`: until somebody
 * stops it, and unless it `goesOn` as long as a panel looks at one of its tabs; `always`: of a site that is always
 * recorded, until its tab is closed or a day is over; `imported`: read from a file, ended.
 */
export const SESSION_KINDS = ['watch', 'named', 'always', 'imported'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/** With what a session was recorded. null: nobody could say. */
export interface Environment {
  readonly browser: { readonly name: string; readonly version: string } | null;
  readonly os: string | null;
  readonly extensionVersion: string | null;
  readonly pageUrl: string | null;
  readonly viewport: { readonly widthPx: number; readonly heightPx: number; readonly pixelRatio: number } | null;
  /** As `navigator.connection` names it: 'wifi', '4g', …; no Firefox does. */
  readonly networkType: string | null;
  /** BCP 47. */
  readonly language: string | null;
}

/** Where an imported session comes from. */
export interface ImportedFrom {
  readonly fileName: string;
  readonly format: 'ndjson' | 'har';
  readonly atMs: number;
  /** Records that could not be read and were left out. */
  readonly refused: number;
}

/** What was found in a session when it was analysed last; what lists of sessions show. */
export interface SessionSummary {
  readonly atMs: number;
  readonly connections: number;
  readonly frames: number;
  readonly closes: number;
  /** Real closes with 1006. */
  readonly abnormal: number;
  readonly findings: { readonly problem: number; readonly warning: number; readonly note: number };
  /** Lines of the reconnect verdict. */
  readonly verdicts: { readonly passed: number; readonly failed: number };
}

/** One recording. Key: sessionId. */
export interface SessionRecord {
  readonly sessionId: string;
  /** Of the tab that it began with. */
  readonly tabId: number;
  /** All tabs that were recorded in it; missing: `tabId` alone. */
  readonly tabIds?: readonly number[];
  /** Missing: `watch`. */
  readonly kind?: SessionKind;
  /** Of a named one: it is recorded until it is stopped, whoever looks, across restarts of the browser. Missing: no. */
  readonly goesOn?: boolean;
  readonly name: string;
  /** What somebody wrote about it; plain text. */
  readonly notes?: string;
  readonly environment?: Environment;
  readonly importedFrom?: ImportedFrom;
  /** Missing: it was never analysed as a whole. */
  readonly summary?: SessionSummary;
  readonly startedAtMs: number;
  /** null while it is recorded or paused. */
  readonly endedAtMs: number | null;
  readonly pinned: boolean;
  /** What its rows take, about: payloads, columns, and the rows of documents and connections. */
  readonly storedBytes: number;
}

/** One navigation of one frame, as recorded in one session. Key: documentId. */
export interface DocumentRecord {
  readonly documentId: string;
  readonly sessionId: string;
  readonly tabId: number;
  /** 0 is the tab's top frame. Firefox's ids exceed 32 bits. */
  readonly frameId: number;
  readonly url: string;
  readonly timeOriginMs: number;
  readonly openedAtMs: number;
  /** When it was navigated away, closed, or lost; null while it lives. */
  readonly goneAtMs: number | null;
  /** The last batch whose transaction has committed. */
  readonly committedBatch: number;
  /** Messages and reports from the page that were refused. */
  readonly rejected: number;
  /** Frames that were recorded without their payloads, because more came than could be carried. */
  readonly payloadsLeftOut: number;
}

export interface CloseRecord {
  readonly atMs: number;
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly simulated: boolean;
}

/** A fault on one connection, as its page told of it. */
export interface ConnectionFault {
  /** Of a scenario: the ids of the run, the round and the step, with dots between. */
  readonly fault: string;
  readonly effect: PageEffectKind;
  /** See `FaultStarted`. */
  readonly silences: Reach | null;
  readonly startedAtMs: number;
  /** When the effect began, the last time; null: its moment has not come. */
  readonly firedAtMs: number | null;
  /** When that was over; null while it lasts. */
  readonly endedAtMs: number | null;
  readonly cause: FaultEndCause | null;
  /** See `FaultEnded`. Frames are counted when the effect is over. */
  readonly count: number;
  readonly lost: number;
  readonly delayed: number;
  readonly changed: number;
  readonly added: number;
}

/** A frame that a fault holds until the user lets it go. */
export interface HeldFrame {
  readonly heldId: number;
  readonly fault: string;
  readonly atMs: number;
  readonly direction: Direction;
  /** The beginning of it; see `FrameHeld`. */
  readonly text: string | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly sizeBytes: number;
}

/** The chunk that still takes frames. */
export interface ChunkTail {
  readonly firstSeq: number;
  readonly count: number;
  /** Kept payload: UTF-16 units of text plus bytes. */
  readonly payloadBytes: number;
}

/**
 * Who told of a connection. `page`: the page script, which sees everything that the page sees. `network`: the browser's
 * network layer alone, which tells the handshake and nothing after it. `devtools`: Chromium's DevTools too, which tell
 * frames and the end, but no close code. `outside.ts` says which connections are not seen by the page script.
 */
export const SEEN_BY = ['page', 'network', 'devtools'] as const;
export type SeenBy = (typeof SEEN_BY)[number];

/** One WebSocket of a page. Key: connectionId. */
export interface ConnectionRecord {
  /** documentId + '/' + the connection's number in the document. */
  readonly connectionId: string;
  readonly sessionId: string;
  readonly documentId: string;
  readonly connection: number;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly seenBy: SeenBy;
  /** Chosen by the server; null before `open`. */
  readonly protocol: string | null;
  readonly extensions: string | null;
  readonly createdAtMs: number;
  readonly openedAtMs: number | null;
  readonly erroredAtMs: number | null;
  /** The page's first call of `close()`. */
  readonly closeRequested: {
    readonly atMs: number;
    readonly code: number | null;
    readonly reason: string | null;
  } | null;
  readonly close: CloseRecord | null;
  /** When it was seen to have ended without anybody telling a close code: only where `seenBy` is not `page`. */
  readonly endSeenAtMs: number | null;
  /** When Socketscope dropped it. */
  readonly droppedAtMs: number | null;
  /** When a scenario had the browser refuse its handshake: it failed really, and on purpose. */
  readonly refusedAtMs?: number;
  /** What Socketscope did to it, in order; missing: nothing. At most MAX_FAULTS_LISTED, the newest. */
  readonly faults?: readonly ConnectionFault[];
  /** In the order in which they came; missing: none is held. */
  readonly held?: readonly HeldFrame[];
  /** What the page did around it; missing: nothing of note. */
  readonly acts?: ConnectionActs;
  /** When its document went away under it; null again when the document came back from the back/forward cache. */
  readonly goneAtMs: number | null;
  /** What was real: neither simulated frames nor discarded ones count here or in bytes. */
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** At most MAX_GAPS_PER_CONNECTION; adjacent ones of one reason are one. */
  readonly gaps: readonly GapRecord[];
  /** Frames in all gaps, listed or not. */
  readonly framesMissed: number;
  readonly lastFrameAtMs: number | null;
  /** The seq that the next frame will have. */
  readonly nextSeq: number;
  readonly tail: ChunkTail | null;
}

/** A connection of which nothing is known yet but that it was made. */
export const UNTOUCHED: Omit<
  ConnectionRecord,
  'connectionId' | 'sessionId' | 'documentId' | 'connection' | 'url' | 'createdAtMs'
> = {
  protocols: [],
  seenBy: 'page',
  protocol: null,
  extensions: null,
  openedAtMs: null,
  erroredAtMs: null,
  closeRequested: null,
  close: null,
  endSeenAtMs: null,
  droppedAtMs: null,
  goneAtMs: null,
  framesIn: 0,
  framesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  gaps: [],
  framesMissed: 0,
  lastFrameAtMs: null,
  nextSeq: 0,
  tail: null,
};

export interface GapRecord {
  readonly firstSeq: number;
  readonly count: number;
  readonly reason: GapReason;
}

/**
 * Up to CHUNK_FRAMES consecutive frames without their payloads: what lists and timelines need.
 * Key: [connectionId, firstSeq].
 */
export interface ChunkRecord extends Pick<FrameColumns, 'count' | 'atMs' | 'flags' | 'sizeBytes'> {
  readonly connectionId: string;
  readonly firstSeq: number;
}

/** The payloads of the chunk with the same key. */
export interface PayloadRecord extends Pick<FrameColumns, 'text' | 'textEnds' | 'bytes' | 'byteEnds'> {
  readonly connectionId: string;
  readonly firstSeq: number;
}

/**
 * When the frames of a connection came and went, as counts per bucket of time: a copy of what its chunks say, for which a
 * timeline would have to read all of them. Key: connectionId. Where there is none, or frames have come since, chunks are read.
 */
export interface TickRecord {
  readonly connectionId: string;
  readonly sessionId: string;
  /** Frames before that seq are counted. */
  readonly readTo: number;
  readonly originMs: number;
  readonly bucketMs: number;
  readonly length: number;
  /**
   * One after the other, each `length` long: index and first seq of the buckets, frames in and out up to and with each of
   * them; and heartbeats in and out, where some are known.
   */
  readonly columns: Uint32Array<ArrayBuffer>;
  /** What was known of heartbeats when it was made; null: nothing. */
  readonly beats: TickBeats | null;
}

export interface TickBeats {
  /** The first frames that are known to be beats: with others, signs are others, too. */
  readonly knownBy: string;
  /** By which frames count as beats; null: by none, for other frames would be taken for beats. */
  readonly signs: BeatSigns | null;
}

/** Sizes of heartbeats per direction; null: no beat is known that goes that way. */
export interface BeatSigns {
  readonly ins: SizeRange | null;
  readonly outs: SizeRange | null;
}

export interface SizeRange {
  readonly leastBytes: number;
  readonly mostBytes: number;
}

/** The late bytes of one Blob frame. Key: [connectionId, seq]. */
export interface ContentRecord {
  readonly connectionId: string;
  readonly seq: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Something that happened beside the connections: a drop, a pause, a scenario. Key: contextId (auto-increment). */
export interface ContextRecord {
  readonly contextId?: number;
  readonly sessionId: string;
  readonly documentId: string | null;
  readonly connectionId: string | null;
  readonly atMs: number;
  /** A scenario that has started and not ended, and is not being played, was interrupted. */
  readonly kind:
    | 'dropped'
    | 'recordingPaused'
    | 'recordingResumed'
    | 'documentGone'
    | 'faultStarted'
    | 'faultEnded'
    /** Somebody marked this moment, or one frame. */
    | 'marker'
    | Surrounding;
  /** With `marker`: what was written to it, perhaps nothing. */
  readonly text?: string;
  /** With a `marker` of a frame: which, of `connectionId`. */
  readonly seq?: number;
  /** With `faultStarted` and `faultEnded`: the scenario as it stood then. */
  readonly run?: ScenarioRun;
  /** With `faultStarted`: what is played, a `Scenario` of src/faults. */
  readonly scenario?: unknown;
  /** With surroundings: see `SURROUNDINGS`. */
  readonly durationMs?: number;
  readonly detail?: string;
  readonly url?: string;
  /** Others before it that came too fast to be written down. */
  readonly leftOut?: number;
}
