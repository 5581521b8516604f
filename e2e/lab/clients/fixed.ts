/**
 * The simplest client that reconnects: one second after each loss, for ever, however the connection ended. Both sides
 * speak `{ type, data, timestamp }`; what does not look so is reported as it came.
 */
import { type ClientObserver, type LabClient, observe, type StartClient, sendObserved } from './client.ts';

const RETRY_AFTER_MS = 1000;

class FixedDelayClient implements LabClient {
  readonly #url: string;
  readonly #observer: ClientObserver;
  #socket: WebSocket | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;

  constructor(url: string, observer: ClientObserver) {
    this.#url = url;
    this.#observer = observer;
  }

  connect(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#open();
  }

  disconnect(): void {
    this.#wanted = false;
    clearTimeout(this.#retryTimer);
    this.#socket?.close(1000, 'disconnect');
  }

  sendText(text: string): void {
    this.#send(this.#envelope('text', text));
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#send(bytes);
  }

  pulse(n: number): void {
    this.#send(this.#envelope('update', { step: n }));
  }

  #envelope(type: string, data: unknown): string {
    return JSON.stringify({ type, data, timestamp: Date.now() });
  }

  #open(): void {
    this.#observer.state('connecting');
    this.#socket = new WebSocket(this.#url);
    observe(this.#socket, this.#observer);
    this.#socket.addEventListener('close', () => {
      if (this.#wanted) this.#retryTimer = setTimeout(() => this.#open(), RETRY_AFTER_MS);
    });
  }

  #send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket === null) throw new Error('not connected');
    sendObserved(this.#socket, data, this.#observer);
  }
}

export const startFixed: StartClient = (url, observer) => new FixedDelayClient(url, observer);
