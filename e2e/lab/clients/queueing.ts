/**
 * A client that loses nothing of its own: what is sent while it is down waits in a queue. After each reconnect (1 s,
 * doubling, at most 30 s) it shows a fresh token in the query string, joins its channels again and only then flushes.
 */
import { type ClientObserver, type LabClient, OPEN, observe, type StartClient, sendObserved } from './client.ts';

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;
const MAX_QUEUED = 1000;
const CHANNELS = ['orders', 'alerts'] as const;

/** Wait before attempt 0, 1, 2, ... after a loss. */
export function doublingDelayMs(attempt: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** attempt, MAX_DELAY_MS);
}

/** Asks the lab, over HTTP on the endpoint's own host, for a token that is good for some minutes. */
async function fetchToken(url: string): Promise<string> {
  const response = await fetch(new URL('/token', url.replace(/^ws/, 'http')));
  if (!response.ok) throw new Error(`no token: HTTP ${response.status}`);
  return response.text();
}

class QueueingClient implements LabClient {
  readonly queuesWhileDown = true;
  readonly #url: string;
  readonly #observer: ClientObserver;
  readonly #queue: (string | Uint8Array<ArrayBuffer>)[] = [];
  #socket: WebSocket | null = null;
  #wanted = false;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, observer: ClientObserver) {
    this.#url = url;
    this.#observer = observer;
  }

  connect(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#attempt = 0;
    void this.#open();
  }

  disconnect(): void {
    this.#wanted = false;
    clearTimeout(this.#retryTimer);
    this.#socket?.close(1000, 'disconnect');
    if (this.#socket === null) this.#observer.state('closed');
  }

  sendText(text: string): void {
    this.#enqueue(text);
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#enqueue(bytes);
  }

  pulse(n: number): void {
    this.#enqueue(JSON.stringify({ type: 'message', id: n, queued: this.#queue.length }));
  }

  #enqueue(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#queue.length === MAX_QUEUED) this.#queue.shift();
    this.#queue.push(data);
    this.#flush();
  }

  #flush(): void {
    while (this.#socket?.readyState === OPEN) {
      const data = this.#queue.shift();
      if (data === undefined) return;
      sendObserved(this.#socket, data, this.#observer);
    }
  }

  async #open(): Promise<void> {
    this.#observer.state('connecting');
    let token: string;
    try {
      token = await fetchToken(this.#url);
    } catch {
      this.#observer.state('closed');
      this.#retry();
      return;
    }
    if (!this.#wanted) return;
    const url = new URL(this.#url);
    url.searchParams.set('token', token);
    const socket = new WebSocket(url);
    this.#socket = socket;
    observe(socket, this.#observer);
    socket.addEventListener('open', () => {
      this.#attempt = 0;
      for (const channel of CHANNELS) {
        sendObserved(socket, JSON.stringify({ type: 'join', channel }), this.#observer);
      }
      this.#flush();
    });
    socket.addEventListener('close', () => {
      this.#socket = null;
      this.#retry();
    });
  }

  #retry(): void {
    if (!this.#wanted) return;
    this.#retryTimer = setTimeout(() => void this.#open(), doublingDelayMs(this.#attempt));
    this.#attempt += 1;
  }
}

export const startQueueing: StartClient = (url, observer) => new QueueingClient(url, observer);
