/**
 * A port that comes back. The background dies whenever the browser likes, which closes the port; connecting again wakes
 * it. Keeps no messages: who uses this knows what has been acknowledged, and sends the rest again in `onConnected`.
 *
 *     lost after STABLE_MS or more       connects at once
 *     lost again before                  100 ms, 200 ms, … up to 5 s
 *     lost because the extension went    gives up
 */

export const FIRST_DELAY_MS = 100;
export const MAX_DELAY_MS = 5_000;
/** A link that lived this long was a good one: the next attempt need not wait. */
export const STABLE_MS = 1_000;

/** One end of a port, as this module uses it. */
export interface Connection {
  /** May throw when the other end is gone and nobody has said so yet. */
  post(message: unknown): void;
  disconnect(): void;
}

export interface ReconnectingPortOptions {
  /** May throw. The listeners are not called before it returns. */
  connect(onMessage: (message: unknown) => void, onDisconnect: () => void): Connection;
  /** True when connecting can never succeed again. */
  isOrphaned(): boolean;
  /** A new link is there and nothing has been said on it. */
  onConnected(): void;
  onMessage(message: unknown): void;
  /** The link is lost. A new one follows, or `onOrphaned`. */
  onDisconnected(): void;
  onOrphaned(): void;
  nowMs(): number;
  /** Gives a function that cancels. */
  callAfter(delayMs: number, callback: () => void): () => void;
}

export interface ReconnectingPort {
  /** Connects, and from then on stays connected. Connects at once, even when a delay is running. */
  open(): void;
  /** Disconnects, and stays so until `open`. No listener is called. */
  close(): void;
  /** False when there is no link, or it broke just now. */
  post(message: unknown): boolean;
}

export function createReconnectingPort(options: ReconnectingPortOptions): ReconnectingPort {
  let isWanted = false;
  let link: Connection | null = null;
  let connectedAtMs = 0;
  let nextDelayMs = 0;
  let cancelDelay: (() => void) | null = null;

  function connect(): void {
    cancelDelay?.();
    cancelDelay = null;
    let mine: Connection;
    try {
      mine = options.connect(
        (message) => {
          if (link === mine) options.onMessage(message);
        },
        () => {
          if (link === mine) lose();
        },
      );
    } catch {
      retry();
      return;
    }
    link = mine;
    connectedAtMs = options.nowMs();
    options.onConnected();
  }

  function lose(): void {
    link = null;
    if (options.nowMs() - connectedAtMs >= STABLE_MS) nextDelayMs = 0;
    options.onDisconnected();
    retry();
  }

  function retry(): void {
    if (!isWanted) return;
    if (options.isOrphaned()) {
      isWanted = false;
      options.onOrphaned();
      return;
    }
    const delayMs = nextDelayMs;
    nextDelayMs = delayMs === 0 ? FIRST_DELAY_MS : Math.min(2 * delayMs, MAX_DELAY_MS);
    // Not even a timer of 0 ms: those of a hidden tab may wait for a minute.
    if (delayMs === 0) connect();
    else cancelDelay = options.callAfter(delayMs, connect);
  }

  return {
    open: () => {
      isWanted = true;
      if (link === null) connect();
    },
    close: () => {
      isWanted = false;
      nextDelayMs = 0;
      cancelDelay?.();
      cancelDelay = null;
      const mine = link;
      link = null;
      try {
        mine?.disconnect();
      } catch {
        // It was broken already.
      }
    },
    post: (message) => {
      if (link === null) return false;
      const mine = link;
      try {
        mine.post(message);
        return true;
      } catch {
        if (link === mine) lose();
        return false;
      }
    },
  };
}
