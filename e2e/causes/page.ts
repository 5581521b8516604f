/** The page of a case: a client that does what clients do, as told, and counts what it sees. */

/** Runs in the page, as `lab.start(options)`. All times are milliseconds. */
export interface ClientOptions {
  readonly url: string;
  readonly protocols?: readonly string[];
  /** Sent as soon as it is open. */
  readonly hello?: readonly string[];
  /** Sent again and again. Without an answer of any kind for so long after one, the client gives the connection up. */
  readonly beat?: {
    readonly text: string;
    readonly everyMs: number;
    readonly answerWithinMs?: number;
    /** On each connection; default: for ever. */
    readonly times?: number;
  };
  /** Connections in all; reconnects with backoff and jitter. Default 1. */
  readonly lives?: number;
  /** The first wait before another attempt; doubles. Default 250. */
  readonly waitMs?: number;
  /** Always so long, without backoff. */
  readonly fixedWaitMs?: number;
  /** Gives up an attempt that has not been answered after so long. */
  readonly patienceMs?: number;
  /** What its handler does with frames. Default 'takes'. */
  readonly handler?: 'takes' | 'throws' | 'none';
  readonly binaryType?: BinaryType;
}

/** What the page has seen, all clients together. */
export interface Seen {
  readonly constructed: number;
  readonly opened: number;
  readonly closed: number;
  readonly received: number;
  readonly codes: readonly number[];
  /** What constructors have thrown. */
  readonly thrown: readonly string[];
}

export interface LabWindow {
  readonly lab: {
    readonly seen: { -readonly [Key in keyof Seen]: Seen[Key] };
    readonly sockets: WebSocket[];
    start(options: ClientOptions): void;
  };
}

/** Runs in the page. */
function install(): void {
  const seen: LabWindow['lab']['seen'] = { constructed: 0, opened: 0, closed: 0, received: 0, codes: [], thrown: [] };
  const sockets: WebSocket[] = [];

  function start(options: ClientOptions): void {
    const { url, protocols = [], hello = [], beat, lives = 1, waitMs = 250, handler = 'takes' } = options;
    let lived = 0;
    let attempts = 0;

    function connect(): void {
      lived++;
      let socket: WebSocket;
      try {
        socket = new WebSocket(url, [...protocols]);
      } catch (error) {
        seen.thrown = [...seen.thrown, String(error)];
        return;
      }
      seen.constructed++;
      sockets.push(socket);
      socket.binaryType = options.binaryType ?? 'blob';
      let beating: ReturnType<typeof setInterval> | undefined;
      let dying: ReturnType<typeof setTimeout> | undefined;
      const patience =
        options.patienceMs === undefined ? undefined : setTimeout(() => socket.close(), options.patienceMs);
      socket.onopen = () => {
        seen.opened++;
        attempts = 0;
        clearTimeout(patience);
        for (const text of hello) socket.send(text);
        if (beat) beating = setInterval(() => pulse(beat), beat.everyMs);
      };
      let beats = 0;
      const pulse = ({
        text,
        answerWithinMs,
        times = Number.POSITIVE_INFINITY,
      }: NonNullable<ClientOptions['beat']>) => {
        if (socket.readyState !== WebSocket.OPEN || beats++ >= times) return;
        socket.send(text);
        if (answerWithinMs !== undefined) dying ??= setTimeout(() => socket.close(4000, 'no answer'), answerWithinMs);
      };
      if (handler !== 'none') {
        socket.onmessage = () => {
          seen.received++;
          clearTimeout(dying);
          dying = undefined;
          if (handler === 'throws') throw new TypeError("Cannot read properties of undefined (reading 'items')");
        };
      }
      socket.onclose = ({ code }) => {
        clearInterval(beating);
        clearTimeout(dying);
        clearTimeout(patience);
        seen.closed++;
        seen.codes = [...seen.codes, code];
        if (lived >= lives) return;
        const wait = waitMs * 2 ** Math.min(attempts++, 5) * (0.5 + Math.random());
        setTimeout(connect, options.fixedWaitMs ?? wait);
      };
    }

    connect();
  }

  (globalThis as unknown as { lab: LabWindow['lab'] }).lab = { seen, sockets, start };
}

/** A compiler may have wrapped inner functions in `__name`. */
export const PAGE = `<!doctype html><title>cause lab</title><link rel="icon" href="data:,">
<script>{const __name=(f)=>f;(${install.toString()})()}</script>`;
