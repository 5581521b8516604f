/**
 * The DevTools protocol over Chromium's --remote-debugging-pipe: JSON messages, each ended by a NUL. Used instead of a
 * driver because a driver changes the pages that it drives (scripts of its own in each, caches off, bfcache off), and here
 * the untouched browser is the oracle. https://chromedevtools.github.io/devtools-protocol/
 */
import type { Readable, Writable } from 'node:stream';

/** The few commands that are used. */
export interface Commands {
  'Browser.getVersion': { params: object; result: { readonly product: string } };
  'Browser.close': { params: object; result: object };
  'Extensions.loadUnpacked': { params: { readonly path: string }; result: { readonly id: string } };
  'Storage.clearCookies': { params: object; result: object };
  'Target.setDiscoverTargets': {
    params: { readonly discover: boolean; readonly filter: readonly { readonly type: string }[] };
    result: object;
  };
  'Target.createTarget': { params: { readonly url: string }; result: { readonly targetId: string } };
  'Target.attachToTarget': {
    params: { readonly targetId: string; readonly flatten: true };
    result: { readonly sessionId: string };
  };
  'Target.closeTarget': { params: { readonly targetId: string }; result: object };
  'Page.navigate': { params: { readonly url: string }; result: { readonly errorText?: string } };
  'Runtime.enable': { params: object; result: object };
  'Runtime.evaluate': {
    params: { readonly expression: string; readonly returnByValue: true; readonly awaitPromise: true };
    result: {
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
    };
  };
}

/** The few events that are used. */
export interface Events {
  'Target.targetCreated': { readonly targetInfo: { readonly targetId: string; readonly type: string } };
  'Target.targetDestroyed': { readonly targetId: string };
  'Target.targetCrashed': { readonly targetId: string };
  'Runtime.executionContextCreated': { readonly context: { readonly origin: string } };
}

export interface ProtocolPipe {
  /** Rejects with the browser's error, or when the browser has ended. Without a session: to the browser itself. */
  send<Method extends keyof Commands>(
    method: Method,
    params: Commands[Method]['params'],
    sessionId?: string,
  ): Promise<Commands[Method]['result']>;
  /** The result removes the listener. */
  on<Name extends keyof Events>(name: Name, listener: (params: Events[Name], sessionId?: string) => void): () => void;
  /** Rejects everything that is still unanswered. */
  end(reason: Error): void;
}

/** What comes through the pipe: an answer to a command, or an event. */
interface Incoming {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
  readonly sessionId?: string;
}

interface Waiting {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Listener = (params: unknown, sessionId?: string) => void;

/** `toBrowser` and `fromBrowser` are the process's file descriptors 3 and 4. */
export function createProtocolPipe(toBrowser: Writable, fromBrowser: Readable): ProtocolPipe {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<Listener>>();
  let lastId = 0;
  let ended: Error | null = null;

  function receive({ id, result, error, method, params, sessionId }: Incoming): void {
    if (id === undefined) {
      for (const listener of listeners.get(method ?? '') ?? []) {
        listener(params, sessionId);
      }
      return;
    }
    const command = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) {
      command?.resolve(result);
    } else {
      command?.reject(new Error(`${command.method}: ${error.message}`));
    }
  }

  function end(reason: Error): void {
    ended = reason;
    for (const { reject } of waiting.values()) {
      reject(reason);
    }
    waiting.clear();
  }

  fromBrowser.on(
    'data',
    splitAtNul((text) => receive(JSON.parse(text) as Incoming)),
  );
  // A browser that ends while a command is under way; whoever waits is told by `end`.
  toBrowser.on('error', end);

  return {
    send(method, params, sessionId) {
      if (ended !== null) {
        return Promise.reject(ended);
      }
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        // The types of answers are the browser's promise, as written in Commands.
        waiting.set(id, { method, resolve: resolve as (result: unknown) => void, reject });
        toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as Listener));
      return () => set.delete(listener as Listener);
    },
    end,
  };
}

/** Puts chunks of bytes together and gives each message without its NUL. */
export function splitAtNul(receive: (text: string) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  return (chunk) => {
    let start = 0;
    for (let nul = chunk.indexOf(0); nul !== -1; nul = chunk.indexOf(0, start)) {
      parts.push(chunk.subarray(start, nul));
      receive(Buffer.concat(parts).toString('utf8'));
      parts = [];
      start = nul + 1;
    }
    parts.push(chunk.subarray(start));
  };
}
