/**
 * graphql-ws: a subscription that lives as long as the client is connected, and a query for each text. Half-open
 * connections are found the way the library's recipes do it: its ping must be answered in time.
 */
import { type Client, createClient } from 'graphql-ws';
import { describe, readClose, type StartClient } from './client.ts';

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5000;
const RETRY_AFTER_MS = 800;

export const startGraphql: StartClient = (url, observer) => {
  let client: Client | null = null;

  function createObservedClient(): Client {
    let pongTimer: ReturnType<typeof setTimeout> | undefined;
    const created: Client = createClient({
      url,
      keepAlive: PING_EVERY_MS,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS)),
      shouldRetry: () => true,
      on: {
        connecting: () => observer.state('connecting'),
        connected: () => observer.state('open'),
        ping(received) {
          if (!received) pongTimer = setTimeout(() => created.terminate(), PONG_WITHIN_MS);
        },
        pong(received) {
          if (received) clearTimeout(pongTimer);
        },
        closed(event) {
          clearTimeout(pongTimer);
          observer.closed(readClose(event));
          observer.state('closed');
        },
      },
    });
    return created;
  }

  /** Runs an operation and reports each answer; the close that ends it is reported by the client's own events. */
  function run(query: string, variables: Record<string, unknown>, onEnd: () => void): void {
    client?.subscribe(
      { query, variables },
      { next: ({ data }) => observer.received(describe(data)), error: onEnd, complete: onEnd },
    );
  }

  function ask(text: string): void {
    if (client === null) throw new Error('not connected');
    run('query ($text: String!) { say(text: $text) }', { text }, () => {});
    observer.sent(describe(text));
  }

  return {
    connect() {
      if (client !== null) return;
      const current = createObservedClient();
      client = current;
      run('subscription { order { id item amount } }', {}, () => {
        // A fatal close code or the server's end: the library will not try again.
        if (client === current) client = null;
      });
    },
    disconnect() {
      const leaving = client;
      client = null;
      void leaving?.dispose();
      if (leaving !== null) observer.state('closed');
    },
    sendText: ask,
    sendBinary: null,
    pulse: (n) => ask(`question ${n}`),
  };
};
