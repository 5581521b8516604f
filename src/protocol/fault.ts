/**
 * Faults: what may be done to connections on purpose, as plain JSON. Panel and files describe them, the background passes
 * them on, the page script executes them; `refuse` alone is the background's. Pure data; `read-fault.ts` reads it.
 *
 *     where   which connections of a document
 *     when    counted for each of them alone
 *     what    is done to it, once or for a while
 */

/** `in`: from the server to the page. `out`: from the page to the server. */
export const DIRECTIONS = ['in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const REACHES = ['in', 'out', 'both'] as const;
export type Reach = (typeof REACHES)[number];

/**
 * Which frames. Text is looked for anywhere in the frame. Of binary frames each byte is one character (Latin-1), so that
 * `^\xc0\x00$` is MQTT's PINGREQ; of Blobs nothing is known, only `any` matches them.
 */
export type FrameMatch =
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly flags: string };

export type FaultTarget =
  | { readonly kind: 'connection'; readonly connection: number }
  /** Connections of the document whose URL matches: `*` stands for any characters, everything else for itself. */
  | { readonly kind: 'matching'; readonly urlPattern: string; readonly later: boolean }
  /** `later`: connections that the document opens later, too. */
  | { readonly kind: 'all'; readonly later: boolean };

export type FaultTrigger =
  /** As soon as fault and connection meet: at once, or when a later one is constructed. */
  | { readonly kind: 'now' }
  /** `open`: counted from the opening of the connection, for one that is open from now. */
  | { readonly kind: 'after'; readonly delayMs: number; readonly from: 'start' | 'open' }
  | { readonly kind: 'frames'; readonly count: number; readonly direction: Reach }
  | { readonly kind: 'match'; readonly match: FrameMatch; readonly direction: Reach }
  /** Every `periodMs`, give or take up to `jitterMs`, first after one period. */
  | { readonly kind: 'every'; readonly periodMs: number; readonly jitterMs: number };

/** Lasting effects have a `durationMs`; null: until they are stopped. */
export type FaultEffect =
  | EndEffect
  | RefuseEffect
  /**
   * The connection's end does not come: it stays in CLOSING for that long. `close`: then the end that came; `abnormal`:
   * 1006, as when the browser gives up waiting for the server's close frame.
   */
  | { readonly kind: 'holdClose'; readonly durationMs: number | null; readonly ending: 'close' | 'abnormal' }
  /** Half-open: frames that match are lost. `any` in direction `in` or `both` loses the end of the connection, too. */
  | {
      readonly kind: 'silence';
      readonly direction: Reach;
      readonly only: FrameMatch;
      readonly durationMs: number | null;
    }
  /** The handshake is not answered for that long. `open`: then as it was answered; `fail`: then it fails. */
  | { readonly kind: 'holdHandshake'; readonly durationMs: number | null; readonly ending: 'open' | 'fail' }
  | {
      readonly kind: 'delay';
      readonly direction: Reach;
      readonly delayMs: number;
      readonly jitterMs: number;
      readonly bytesPerSecond: number | null;
      readonly durationMs: number | null;
    }
  | MangleEffect
  /** Nothing passes for that long; then all of it at once, or the connection is gone (1006). */
  | { readonly kind: 'sleep'; readonly durationMs: number; readonly ending: 'backlog' | 'close' }
  | { readonly kind: 'inject'; readonly direction: Direction; readonly payload: FaultPayload }
  /** Frames that match wait for `releaseFrame`, and those after them in the same direction with them. */
  | {
      readonly kind: 'hold';
      readonly direction: Reach;
      readonly match: FrameMatch;
      readonly durationMs: number | null;
    };

/**
 * How a connection ends without a close frame, so only with 1006; with other codes `end`. `end`: TCP ends in order, the page
 * sees `close` alone; `reset`: as this browser answers a TCP reset, which is with `error` first in Firefox and without in
 * Chromium; `failure`: the browser itself fails the connection, which is `error` first in both.
 */
export const LOSS_CAUSES = ['end', 'reset', 'failure'] as const;
export type LossCause = (typeof LOSS_CAUSES)[number];

/** The end of a connection as if the server or the network had caused it. */
export interface EndEffect {
  readonly kind: 'end';
  /** 1006: no close frame. Any other: the server's close frame, which a handshake that is under way completes for. */
  readonly code: number;
  readonly reason: string;
  readonly lostBy: LossCause;
  /** What the server sees: a close frame without a code (1005), or nothing at all while the fault lasts. */
  readonly server: 'ended' | 'keptOpen';
}

/** Handshakes fail really: the browser is told not to make them. The next `count`, or for `durationMs`, whichever is first. */
export interface RefuseEffect {
  readonly kind: 'refuse';
  readonly count: number | null;
  readonly durationMs: number | null;
}

/** Probabilities from 0 to 1 for each frame. */
export interface MangleEffect {
  readonly kind: 'mangle';
  readonly direction: Reach;
  readonly loss: number;
  readonly duplicate: number;
  /** The frame comes after the next one. */
  readonly reorder: number;
  /** One character or byte is another one. */
  readonly corrupt: number;
  /** The end of the frame is missing. */
  readonly truncate: number;
  readonly durationMs: number | null;
}

export type FaultPayload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

export interface Fault<Effect extends FaultEffect = FaultEffect> {
  readonly id: string;
  readonly where: FaultTarget;
  readonly when: FaultTrigger;
  readonly what: Effect;
  /** How often it may begin in the document, all connections together; null: as often as it can. */
  readonly times: number | null;
  /** All chance comes from it: the same seed, the same frames, the same fate. */
  readonly seed: number;
}

/** What a page script can execute. */
export type PageFault = Fault<Exclude<FaultEffect, RefuseEffect>>;
