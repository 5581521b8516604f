/**
 * What is left of a conversation once it has been read: all that the rules of `findings/` need to know about the frames of
 * one connection, in a few hundred bytes. Reading is done once, chunk by chunk; rules never see frames. Pure data. Times
 * are epoch milliseconds, durations say so.
 */

export interface Digest {
  readonly connectionId: string;
  readonly protocol: RecognisedProtocol | null;
  /** Who proves to be alive, how often; null: nobody, as far as was seen. */
  readonly heartbeat: HeartbeatFacts | null;
  readonly firstInAtMs: number | null;
  readonly lastInAtMs: number | null;
  readonly lastOutAtMs: number | null;
  /** The longest silence while it was open, from either side, with when it began. */
  readonly longestSilence: { readonly atMs: number; readonly durationMs: number } | null;
  /** The longest silences that it outlived, because a further frame ended them; 0 of none. */
  readonly survived: SurvivedSilences;
  /** The last frames before its end, in order; at most LAST_FRAMES. */
  readonly lastFrames: readonly FrameFacts[];
  readonly largestIn: FrameFacts | null;
  readonly largestOut: FrameFacts | null;
  /** From a request to its answer, where ids or acknowledgements say what belongs together. */
  readonly latency: Durations | null;
  /** Numbers that frames carry, and where they jump or turn back. */
  readonly numbering: NumberingFacts | null;
  /** The token that ends first, of those in the URL and in the first frames. */
  readonly token: TokenFacts | null;
  /** Frames per second in the busiest second. */
  readonly peakFramesPerSecond: number;
  /** Why the other side, or the page, said within the protocol that it is over; the last that was said. */
  readonly farewell: FarewellFacts | null;
  readonly discardedSends: number;
  readonly firstDiscardedSeq: number | null;
  /** Against the JSON Schema that the user gave; null without one. */
  readonly validation: ValidationFacts | null;
}

/** Of both sides together, of the server, and of the page. What ended it later was no shorter limit of that kind. */
export interface SurvivedSilences {
  readonly eitherMs: number;
  readonly inMs: number;
  readonly outMs: number;
}

export const LAST_FRAMES = 8;

export interface FrameFacts {
  readonly seq: number;
  readonly atMs: number;
  readonly isOut: boolean;
  readonly sizeBytes: number;
  /** See `shapeOf`: equal shapes, equal text. */
  readonly shape: string;
  readonly isHeartbeat: boolean;
}

export interface RecognisedProtocol {
  /** Key of the table of protocols in src/decoders. */
  readonly id: string;
  readonly name: string;
  /** By which signs: 'subprotocol', 'url', 'first frame'. */
  readonly signs: readonly string[];
  /** The socket of a dev server's hot module replacement, not the application's. */
  readonly isDevServer: boolean;
}

export interface HeartbeatFacts {
  /** Who asks. `both`: either side sends on its own. */
  readonly by: 'page' | 'server' | 'both';
  /** `protocol`: the protocol says which frames; `learned`: from an even rhythm. */
  readonly known: 'protocol' | 'learned';
  /** Median from beat to beat; null with fewer than two. */
  readonly periodMs: number | null;
  /** Interquartile range by median; 0 is a clock. */
  readonly spread: number;
  /** The longest time between two beats, and when it began: timers of hidden tabs stretch. */
  readonly longestGapMs: number | null;
  readonly longestGapAtMs: number | null;
  readonly beats: number;
  readonly answers: number;
  /**
   * Beats at the end that nobody answered, though there was time; 0 when nobody expects an answer. Not counted is a beat
   * that was sent less than a second, or twice the longest round trip, before the end.
   */
  readonly unanswered: number;
  /** Whether the side that is asked answers at all, in this protocol or here. */
  readonly isAnswered: boolean;
  readonly roundTrip: Durations | null;
  /** As the first frames announced, e.g. pingInterval and pingTimeout. */
  readonly announced: { readonly periodMs: number | null; readonly timeoutMs: number | null } | null;
  /** Beats are sent only when nothing else was: a gap among data is no sign of anything. */
  readonly onlyWhenIdle: boolean;
  readonly lastBeatAtMs: number;
  /** Some of its frames, to look at. */
  readonly seqs: readonly number[];
}

export interface Durations {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** Seqs of the slowest pair. */
  readonly slowest: readonly [number, number] | null;
}

export interface NumberingFacts {
  /** JSON path of the number, e.g. `$.seq`. */
  readonly path: string;
  readonly isOut: boolean;
  readonly frames: number;
  readonly missing: number;
  readonly reordered: number;
  readonly repeated: number;
  readonly firstSeqs: readonly number[];
}

export interface TokenFacts {
  readonly where: 'url' | 'subprotocol' | 'frame';
  readonly seq: number | null;
  readonly expiresAtMs: number;
  readonly issuedAtMs: number | null;
  /** The latest expiry of any token that the page sent later on: it renewed its own. Null: it sent none. */
  readonly renewedUntilMs: number | null;
}

export interface FarewellFacts {
  readonly seq: number;
  readonly atMs: number;
  readonly isOut: boolean;
  /** The protocol's word for the frame, and the reason in it; '' where it gives none. */
  readonly label: string;
  readonly says: string;
}

export interface ValidationFacts {
  readonly checked: number;
  readonly failed: number;
  readonly firstSeqs: readonly number[];
  /** What was wrong with the first. */
  readonly firstError: string;
}
