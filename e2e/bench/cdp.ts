/**
 * A small client of the Chrome DevTools protocol over the browser's pipe. Measuring cannot go through Playwright: it
 * attaches to every page and enables the Network domain there, after which each WebSocket frame is also serialised for
 * the debugger. This client attaches to nothing by itself.
 */

import type { Readable, Writable } from 'node:stream';

export type CdpParams = Readonly<Record<string, unknown>>;
/** What a method answers. Its fields are read by name, each with the type that the protocol documents. */
export type CdpResult = Readonly<Record<string, unknown>>;

export interface CdpSession {
  /** Calls a method. Rejects with the protocol's message, or when the browser or the session has gone. */
  send(method: string, params?: CdpParams): Promise<CdpResult>;
  /** Calls `listener` for each event of that name; gives the function that stops it. */
  on(event: string, listener: (params: CdpParams) => void): () => void;
}

export interface CdpConnection extends CdpSession {
  /** The session that `Target.attachToTarget` (flat) has named. */
  session(sessionId: string): CdpSession;
}

interface Call {
  readonly method: string;
  readonly resolve: (result: CdpResult) => void;
  readonly reject: (error: Error) => void;
}

interface Incoming {
  readonly id?: number;
  readonly method?: string;
  readonly params?: CdpParams;
  readonly result?: CdpResult;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** `output` is what the browser writes (its fd 4), `input` what it reads (its fd 3). Messages end with a NUL byte. */
export function createCdpConnection(output: Readable, input: Writable): CdpConnection {
  const calls = new Map<number, Call>();
  const listeners = new Map<string, Set<(params: CdpParams) => void>>();
  let lastId = 0;
  let gone: Error | null = null;

  function receive(text: string): void {
    const message = JSON.parse(text) as Incoming;
    if (message.id === undefined) {
      const key = listenerKey(message.sessionId, message.method ?? '');
      for (const listener of [...(listeners.get(key) ?? [])]) listener(message.params ?? {});
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
    else call?.resolve(message.result ?? {});
  }

  function end(reason: string): void {
    gone ??= new Error(reason);
    for (const call of calls.values()) call.reject(gone);
    calls.clear();
  }

  readMessages(output, receive);
  output.on('close', () => end('The browser has ended.'));
  // A write to a browser that has just died; 'close' of the other direction tells the callers.
  input.on('error', () => {});

  function createSession(sessionId: string | undefined): CdpSession {
    return {
      send(method, params = {}) {
        if (gone) return Promise.reject(gone);
        const id = ++lastId;
        return new Promise((resolve, reject) => {
          calls.set(id, { method, resolve, reject });
          input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
        });
      },
      on(event, listener) {
        const key = listenerKey(sessionId, event);
        const set = listeners.get(key) ?? new Set();
        listeners.set(key, set.add(listener));
        return () => set.delete(listener);
      },
    };
  }

  return { ...createSession(undefined), session: createSession };
}

function listenerKey(sessionId: string | undefined, event: string): string {
  return `${sessionId ?? ''} ${event}`;
}

/** Splits the stream at its NUL bytes. Large messages come in many parts, which are joined once. */
function readMessages(output: Readable, receive: (text: string) => void): void {
  let parts: Buffer[] = [];
  output.on('data', (data: Buffer) => {
    let start = 0;
    for (let end = data.indexOf(0); end !== -1; end = data.indexOf(0, start)) {
      parts.push(data.subarray(start, end));
      const text = Buffer.concat(parts).toString('utf8');
      parts = [];
      start = end + 1;
      receive(text);
    }
    if (start < data.length) parts.push(data.subarray(start));
  });
}
