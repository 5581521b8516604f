/**
 * What a verdict is made from: the connections of one document, their frames, and the drops among them. Small and its own,
 * so that a verdict can be given on a live recording, an imported one or a sketch in a test. `from-records.ts` makes it of
 * the rows of the database. All times are milliseconds of one clock.
 */

export interface VerdictInput {
  /** In the order of their creation. */
  readonly connections: readonly VerdictConnection[];
  readonly drops: readonly Drop[];
  /** Until when was watched: what had not happened by then is not known. */
  readonly watchedUntilMs: number;
  /** It is being watched still; missing: nothing more will be known. */
  readonly isWatching?: boolean;
  /** When the watching was cut short (document gone, background died, recording paused); null when it was not. */
  readonly interruptedAtMs: number | null;
}

/** A connection that was ended, or silenced, on purpose or by the field. */
export interface Drop {
  readonly connectionId: string;
  /** When the page could see it, or did something about it; of a silence that nobody has noticed, its beginning. */
  readonly atMs: number;
  readonly simulated: boolean;
  /** Nothing passed any more from then on, and the page was not told. Missing: it was told at once. */
  readonly silentFromMs?: number;
  /** The silence was over before anybody noticed: everything passes again. */
  readonly passedByMs?: number;
}

export interface VerdictConnection {
  readonly id: string;
  readonly url: string;
  /** The subprotocol that the server chose; missing or null: nobody knows. */
  readonly protocol?: string | null;
  readonly createdAtMs: number;
  readonly openedAtMs: number | null;
  readonly erroredAtMs: number | null;
  /** The page's first call of close(). */
  readonly closeRequestedAtMs: number | null;
  readonly close: { readonly atMs: number; readonly code: number } | null;
  /** When its document went away under it. */
  readonly goneAtMs: number | null;
  /** Calls of `send` that threw, because it was not open yet; missing: none is known. */
  readonly sendsThrown?: number;
  /** By seq, rising. Frames in gaps are missing. */
  readonly frames: readonly VerdictFrame[];
}

export interface VerdictFrame {
  readonly seq: number;
  readonly atMs: number;
  /** Sent by the page; otherwise received. */
  readonly isOut: boolean;
  /** Sent into the void: while CLOSING or CLOSED, when the browser throws it away, or lost by a fault. */
  readonly isDiscarded: boolean;
  readonly sizeBytes: number;
  /** The kept text, or the kept bytes. */
  readonly content: string | Uint8Array;
}

/** What a line of a verdict points at: a connection, or one frame of it. */
export interface Evidence {
  readonly connectionId: string;
  readonly seq?: number;
}
