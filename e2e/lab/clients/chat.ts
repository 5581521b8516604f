/**
 * A chat client that leaves nothing behind: everything a connection starts - listeners, heartbeat, rejoin timer - hangs
 * on one AbortController per connection and goes with it. Heartbeat every 25 s, below the shortest common proxy
 * time-out; after a loss it rejoins within 1-3 s, with jitter, so that a room does not come back all at once.
 */
import { type ClientObserver, describe, type LabClient, readClose, type StartClient, sendObserved } from './client.ts';

const HEARTBEAT_EVERY_MS = 25_000;
const REJOIN_AFTER_MS = 1000;
const REJOIN_JITTER_MS = 2000;

/** Wait before rejoining; `random` is from [0, 1). */
export function rejoinDelayMs(random: number): number {
  return REJOIN_AFTER_MS + random * REJOIN_JITTER_MS;
}

class ChatClient implements LabClient {
  readonly #url: string;
  readonly #observer: ClientObserver;
  readonly #name: string;
  #socket: WebSocket | null = null;
  #rejoinTimer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;

  constructor(url: string, observer: ClientObserver, name: string) {
    this.#url = url;
    this.#observer = observer;
    this.#name = name;
  }

  connect(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#join();
  }

  disconnect(): void {
    this.#wanted = false;
    clearTimeout(this.#rejoinTimer);
    this.#socket?.close(1000, 'left the room');
  }

  sendText(text: string): void {
    this.#send(JSON.stringify({ type: 'line', text }));
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#send(bytes);
  }

  pulse(n: number): void {
    this.sendText(`line ${n}`);
  }

  #join(): void {
    this.#observer.state('connecting');
    const socket = new WebSocket(this.#url);
    const connection = new AbortController();
    const { signal } = connection;
    this.#socket = socket;

    socket.addEventListener(
      'open',
      () => {
        this.#observer.state('open');
        this.#send(JSON.stringify({ type: 'join', name: this.#name }));
        const heartbeat = setInterval(() => this.#send(JSON.stringify({ type: 'heartbeat' })), HEARTBEAT_EVERY_MS);
        signal.addEventListener('abort', () => clearInterval(heartbeat));
      },
      { signal },
    );
    socket.addEventListener('message', ({ data }) => this.#observer.received(describe(data)), { signal });
    socket.addEventListener(
      'close',
      (event) => {
        connection.abort();
        this.#socket = null;
        this.#observer.closed(readClose(event));
        this.#observer.state('closed');
        if (this.#wanted) this.#rejoinTimer = setTimeout(() => this.#join(), rejoinDelayMs(Math.random()));
      },
      { signal },
    );
  }

  #send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket === null) throw new Error('not connected');
    sendObserved(this.#socket, data, this.#observer);
  }
}

export const startChat: StartClient = (url, observer) => new ChatClient(url, observer, 'linus');
