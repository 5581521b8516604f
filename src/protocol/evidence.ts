/**
 * Second sources: what others than the page's own connection tell about it. The browser's network layer and DevTools tell
 * how a handshake was answered, a probe asks the endpoint again, and the page's surroundings and its own acts say under
 * which circumstances a connection ended. Rows of the database, like those of `records.ts`; times are epoch milliseconds.
 */

/** Lower-case name and value. Only headers that name a hop or a rule are kept; never cookies or credentials. */
export type Header = readonly [name: string, value: string];

/**
 * `opened`: 101. `answered`: by anything else, see `status`. `failed`: no HTTP answer is known; the browser may hide one
 * (Chromium does, behind `net::ERR_FAILED`, but for a 401 that asks for Basic or Digest). An upgrade that the browser did not
 * accept, as with a subprotocol that nobody had asked for, is `failed` in Chromium and `opened` in Firefox, where the
 * connection of the page never opened all the same.
 */
export type HandshakeOutcome = 'pending' | 'opened' | 'answered' | 'failed';

/** One handshake as the browser told it. Key: handshakeId. */
export interface HandshakeRecord {
  readonly handshakeId: string;
  readonly sessionId: string;
  /** Null until it is known whose it is. */
  readonly connectionId: string | null;
  readonly url: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly outcome: HandshakeOutcome;
  /** HTTP status; null where nobody tells. */
  readonly status: number | null;
  readonly headers: readonly Header[];
  /** As the browser names it: `net::ERR_CONNECTION_REFUSED`, `NS_ERROR_NET_RESET` …; null without one. */
  readonly networkError: string | null;
  /**
   * Chromium's DevTools know only whether an unsuccessful handshake was answered at all: `failed`, with ANSWERED_BADLY or
   * NEVER_CONNECTED as `networkError`. Such a row is beside the one of the network layer.
   */
  readonly toldBy: 'network' | 'devtools';
  /** It failed because Socketscope had the browser refuse it: this is no truth about the endpoint. */
  readonly refusedByUs?: boolean;
}

/** As `networkError`, told by DevTools: the request was sent, and what came was no upgrade. */
export const ANSWERED_BADLY = 'answered, but not with an upgrade';
/** As `networkError`, told by DevTools: there was no TCP or TLS connection to send the request over. */
export const NEVER_CONNECTED = 'never connected';

/** A probe waits this long for the head of an answer. */
export const PROBE_TIMEOUT_MS = 10_000;
/** As `networkError` of a probe: no answer in that time. */
export const NO_ANSWER_IN_TIME = 'no answer in time';

/**
 * One HTTP request that Socketscope made to the same URL, path and query included, to learn what the browser hides: a GET
 * without cookies and credentials, past the cache, not redirected. One that still runs after PROBE_TIMEOUT_MS and a moment
 * was lost with the background. Key: probeId.
 */
export interface ProbeRecord {
  readonly probeId: string;
  readonly sessionId: string;
  readonly connectionId: string;
  /** What was asked: `http:` for `ws:`, `https:` for `wss:`. */
  readonly url: string;
  readonly askedAtMs: number;
  /** Null while it runs. */
  readonly answeredAtMs: number | null;
  /** 426 or 400 is what a healthy WebSocket server says. */
  readonly status: number | null;
  readonly headers: readonly Header[];
  readonly networkError: string | null;
  /** Not asked for by a click, but by the setting. */
  readonly isAutomatic: boolean;
}

/** What the page did around a connection, counted. */
export interface ConnectionActs {
  /** Stack of the constructor's call; null unless stacks are recorded. */
  readonly constructedAt: string | null;
  /** Stack of the first `close()`. */
  readonly closedAt: string | null;
  /** Calls of `send` that threw, because the connection was not open yet. */
  readonly sendsThrown: number;
  readonly firstThrownAtMs: number | null;
  /** Frames that came while the page had no listener for them. */
  readonly unheard: number;
  /** Handlers of the page that threw while they were given a frame. */
  readonly handlerErrors: number;
  readonly firstHandlerErrorAtMs: number | null;
  /** Seq of the frame that the first of them was given; null: it is not known. */
  readonly firstHandlerErrorSeq: number | null;
  /** Message of the first one, cut. */
  readonly handlerErrorText: string;
  /** `bufferedAmount` where it has changed much: [epoch ms, bytes], bounded, rising in time. */
  readonly buffered: readonly (readonly [atMs: number, bytes: number])[];
}

export const NO_ACTS: ConnectionActs = {
  constructedAt: null,
  closedAt: null,
  sendsThrown: 0,
  firstThrownAtMs: null,
  unheard: 0,
  handlerErrors: 0,
  firstHandlerErrorAtMs: null,
  firstHandlerErrorSeq: null,
  handlerErrorText: '',
  buffered: [],
};

/**
 * The page's surroundings, in `ContextRecord.kind`. `woke`: the clock jumped by `durationMs`, so the machine slept.
 * `timersLate`: a timer came `durationMs` late, as in hidden tabs. `longTask`: the page's thread was busy for so long.
 * `pageHidden` and `pageShown` are `pagehide` and `pageshow`, with `detail` 'persisted' for the back/forward cache.
 * `connectionChanged`: `detail` is the type of network where the browser tells it. `blocked`: a policy of the page (CSP,
 * mixed content) forbade a connection; `detail` names the directive, or is 'mixed-content'; `url` the connection.
 */
export const SURROUNDINGS = [
  'hidden',
  'visible',
  'frozen',
  'resumed',
  'pageHidden',
  'pageShown',
  'online',
  'offline',
  'connectionChanged',
  'woke',
  'timersLate',
  'longTask',
  'blocked',
] as const;
export type Surrounding = (typeof SURROUNDINGS)[number];
