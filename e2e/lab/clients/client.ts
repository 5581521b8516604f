/**
 * What the page and the tests need of a client, whatever the library. Runs in browsers and, given a global WebSocket, in
 * Node. A client reports what its application would see; it never touches the page.
 */

export type ClientState = 'connecting' | 'open' | 'closed';

/** How a connection ended, as far as the library tells: those that hide the CloseEvent leave code and wasClean null. */
export interface ClientClose {
  readonly code: number | null;
  readonly reason: string;
  readonly wasClean: boolean | null;
}

/** A message in a form fit for showing. */
export interface Described {
  readonly text: string;
  readonly bytes: number;
}

/** Where a client reports what happens to it. */
export interface ClientObserver {
  state(state: ClientState): void;
  /** The connection, or the attempt at one, has ended. The state 'closed' is reported beside it. */
  closed(close: ClientClose): void;
  received(message: Described): void;
  sent(message: Described): void;
}

export interface LabClient {
  /** Connects, unless it is connected or on its way. */
  connect(): void;
  /** Leaves for good: no reconnecting after this until the next `connect()`. */
  disconnect(): void;
  /** Sends as the library does it; throws what the library throws. */
  sendText(text: string): void;
  /** Null where the protocol has no place for bytes. */
  readonly sendBinary: ((bytes: Uint8Array<ArrayBuffer>) => void) | null;
  /** True for a client that keeps what is sent while it is down: the page lets it go on sending then. */
  readonly queuesWhileDown?: true;
  /** Sends the nth message that is typical of this client. */
  pulse(n: number): void;
}

/** Makes a client for the ws: URL. It does nothing until `connect()`. */
export type StartClient = (url: string, observer: ClientObserver) => LabClient;

const HEX_BYTES_SHOWN = 8;

function hex(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, HEX_BYTES_SHOWN)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > HEX_BYTES_SHOWN ? `${shown} …` : shown;
}

/** Describes anything that a WebSocket sends or receives. */
export function describe(data: unknown): Described {
  if (typeof data === 'string') return { text: data, bytes: new TextEncoder().encode(data).length };
  if (data instanceof Blob) return { text: `Blob, ${data.size} bytes`, bytes: data.size };
  if (data instanceof ArrayBuffer) {
    return { text: `ArrayBuffer, ${data.byteLength} bytes: ${hex(new Uint8Array(data))}`, bytes: data.byteLength };
  }
  if (ArrayBuffer.isView(data)) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { text: `${bytes.length} bytes: ${hex(bytes)}`, bytes: bytes.length };
  }
  return describe(JSON.stringify(data) ?? String(data));
}

/**
 * Reads whatever a library hands over as a close event; `fallbackReason` stands in where there is no reason in it.
 * partysocket 1.3 wraps the event of its own `close()` wrongly in browsers (code 'close', the event itself as reason).
 */
export function readClose(event: unknown, fallbackReason = ''): ClientClose {
  if (!(event instanceof Object) || !('code' in event)) return { code: null, reason: fallbackReason, wasClean: null };
  const reason = 'reason' in event ? event.reason : '';
  if (typeof event.code !== 'number') return readClose(reason, fallbackReason);
  return {
    code: event.code,
    reason: typeof reason === 'string' && reason !== '' ? reason : fallbackReason,
    wasClean: 'wasClean' in event && typeof event.wasClean === 'boolean' ? event.wasClean : null,
  };
}

/** The part of a WebSocket that the wrappers of npm imitate as well. */
interface SocketLike {
  readonly readyState: number;
  addEventListener(type: 'open', listener: () => void, options?: ListenerOptions): void;
  addEventListener(type: 'close', listener: (event: unknown) => void, options?: ListenerOptions): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: unknown }) => void,
    options?: ListenerOptions,
  ): void;
}

interface ListenerOptions {
  readonly signal?: AbortSignal;
}

/** `readyState` of an open socket. */
export const OPEN = 1;

/** Reports a socket's life to the observer, until the signal if there is one (native sockets only). */
export function observe(socket: SocketLike, observer: ClientObserver, options: ListenerOptions = {}): void {
  socket.addEventListener('open', () => observer.state('open'), options);
  socket.addEventListener('message', ({ data }) => observer.received(describe(data)), options);
  socket.addEventListener(
    'close',
    (event) => {
      observer.closed(readClose(event));
      observer.state('closed');
    },
    options,
  );
}

/** Sends, and reports it unless the socket threw or dropped it. */
export function sendObserved<Data>(
  socket: { readonly readyState: number; send(data: Data): void },
  data: Data,
  observer: ClientObserver,
): void {
  const isOpen = socket.readyState === OPEN;
  socket.send(data);
  if (isOpen) observer.sent(describe(data));
}
