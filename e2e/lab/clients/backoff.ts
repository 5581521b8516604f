/**
 * A client with exponential backoff and a heartbeat: waits 1 s after the first loss and half as long again after each
 * further one, never more than 30 s, and gives up after five attempts. When a heartbeat is not answered in time it turns
 * its back on the socket at once: the `close` event of a half-open one comes only after the browser's own time-out for
 * the closing handshake, which in Chromium is a minute.
 */
import { type ClientObserver, type LabClient, observe, type StartClient, sendObserved } from './client.ts';

const FIRST_DELAY_MS = 1000;
const GROWTH = 1.5;
const MAX_DELAY_MS = 30_000;
export const MAX_ATTEMPTS = 5;
const HEARTBEAT_EVERY_MS = 15_000;
const HEARTBEAT_WITHIN_MS = 5000;
const HEARTBEAT_MISSED = 4000;

/** Wait before attempt 0, 1, 2, ... after a loss. */
export function backoffDelayMs(attempt: number): number {
  return Math.min(FIRST_DELAY_MS * GROWTH ** attempt, MAX_DELAY_MS);
}

class BackoffClient implements LabClient {
  readonly #url: string;
  readonly #observer: ClientObserver;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeatTimer: ReturnType<typeof setInterval> | undefined;
  #deadlineTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, observer: ClientObserver) {
    this.#url = url;
    this.#observer = observer;
  }

  connect(): void {
    if (this.#socket !== null) return;
    clearTimeout(this.#retryTimer);
    this.#attempt = 0;
    this.#open();
  }

  disconnect(): void {
    clearTimeout(this.#retryTimer);
    this.#attempt = MAX_ATTEMPTS;
    this.#socket?.close(1000, 'disconnect');
  }

  sendText(text: string): void {
    this.#send(text);
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#send(bytes);
  }

  pulse(n: number): void {
    this.#send(JSON.stringify({ type: 'report', id: n, load: (n * 13) % 100 }));
  }

  #open(): void {
    this.#observer.state('connecting');
    const socket = new WebSocket(this.#url);
    const connection = new AbortController();
    const { signal } = connection;
    const lose = () => {
      connection.abort();
      this.#stopHeartbeat();
      this.#socket = null;
      this.#retry();
    };
    const missHeartbeat = () => {
      lose();
      socket.close(HEARTBEAT_MISSED, 'heartbeat missed');
      this.#observer.closed({ code: null, reason: 'heartbeat missed', wasClean: null });
      this.#observer.state('closed');
    };
    this.#socket = socket;
    observe(socket, this.#observer, { signal });
    socket.addEventListener(
      'open',
      () => {
        this.#attempt = 0;
        this.#startHeartbeat(missHeartbeat);
      },
      { signal },
    );
    socket.addEventListener('message', () => clearTimeout(this.#deadlineTimer), { signal });
    socket.addEventListener('close', lose, { signal });
  }

  #retry(): void {
    if (this.#attempt >= MAX_ATTEMPTS) return;
    this.#retryTimer = setTimeout(() => this.#open(), backoffDelayMs(this.#attempt));
    this.#attempt += 1;
  }

  #startHeartbeat(onMissed: () => void): void {
    this.#heartbeatTimer = setInterval(() => {
      this.#send(JSON.stringify({ type: 'ping', at: Date.now() }));
      clearTimeout(this.#deadlineTimer);
      this.#deadlineTimer = setTimeout(onMissed, HEARTBEAT_WITHIN_MS);
    }, HEARTBEAT_EVERY_MS);
  }

  #stopHeartbeat(): void {
    clearInterval(this.#heartbeatTimer);
    clearTimeout(this.#deadlineTimer);
  }

  #send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket === null) throw new Error('not connected');
    sendObserved(this.#socket, data, this.#observer);
  }
}

export const startBackoff: StartClient = (url, observer) => new BackoffClient(url, observer);
