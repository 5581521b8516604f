import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  createReconnectingPort,
  MAX_DELAY_MS,
  type ReconnectingPort,
  STABLE_MS,
} from './reconnecting-port.ts';

interface Link {
  readonly posted: unknown[];
  readonly say: (message: unknown) => void;
  readonly break: () => void;
  isDisconnected: boolean;
  throwsOnPost: boolean;
}

let links: Link[];
let events: string[];
let nowMs: number;
let delays: { readonly atMs: number; readonly callback: () => void }[];
let isOrphaned: boolean;
let connectThrows: boolean;
let port: ReconnectingPort;

beforeEach(() => {
  links = [];
  events = [];
  nowMs = 0;
  delays = [];
  isOrphaned = false;
  connectThrows = false;
  port = createReconnectingPort({
    connect: (onMessage, onDisconnect): Connection => {
      if (connectThrows) throw new Error('no receiving end');
      const link: Link = {
        posted: [],
        say: onMessage,
        break: onDisconnect,
        isDisconnected: false,
        throwsOnPost: false,
      };
      links.push(link);
      return {
        post: (message) => {
          if (link.throwsOnPost) throw new Error('disconnected port');
          link.posted.push(message);
        },
        disconnect: () => {
          link.isDisconnected = true;
        },
      };
    },
    isOrphaned: () => isOrphaned,
    onConnected: () => {
      events.push('connected');
      port.post('hello');
    },
    onMessage: (message) => events.push(`message ${String(message)}`),
    onDisconnected: () => events.push('disconnected'),
    onOrphaned: () => events.push('orphaned'),
    nowMs: () => nowMs,
    callAfter: (delayMs, callback) => {
      const entry = { atMs: nowMs + delayMs, callback };
      delays.push(entry);
      return () => {
        delays = delays.filter((other) => other !== entry);
      };
    },
  });
});

function latest(): Link {
  const link = links.at(-1);
  if (!link) throw new Error('never connected');
  return link;
}

/** Runs the only delay there may be; gives how long it was. */
function runDelay(): number {
  expect(delays).toHaveLength(1);
  const [entry] = delays.splice(0);
  const waitedMs = (entry?.atMs ?? 0) - nowMs;
  nowMs += waitedMs;
  entry?.callback();
  return waitedMs;
}

describe('a reconnecting port', () => {
  it('connects when it is opened, once', () => {
    expect(links).toHaveLength(0);
    port.open();
    port.open();
    expect(links).toHaveLength(1);
    expect(latest().posted).toEqual(['hello']);
    latest().say('answer');
    expect(events).toEqual(['connected', 'message answer']);
  });

  it('connects again at once after a link that lived', () => {
    port.open();
    for (let i = 0; i < 5; i++) {
      nowMs += STABLE_MS;
      latest().break();
    }
    expect(links).toHaveLength(6);
    expect(delays).toHaveLength(0);
  });

  it('waits longer and longer while links do not live', () => {
    port.open();
    latest().break(); // the first attempt is free
    const waited = Array.from({ length: 8 }, () => {
      latest().break();
      return runDelay();
    });
    expect(waited).toEqual([100, 200, 400, 800, 1_600, 3_200, MAX_DELAY_MS, MAX_DELAY_MS]);
    nowMs += STABLE_MS;
    latest().break();
    expect(delays).toHaveLength(0);
  });

  it('waits, too, when connecting throws', () => {
    connectThrows = true;
    port.open();
    expect([runDelay(), runDelay()]).toEqual([100, 200]);
    connectThrows = false;
    runDelay();
    expect(events).toEqual(['connected']);
  });

  it('takes a post that throws for the end of the link', () => {
    port.open();
    nowMs += STABLE_MS;
    latest().throwsOnPost = true;
    expect(port.post('lost')).toBe(false);
    expect(events).toEqual(['connected', 'disconnected', 'connected']);
    expect(port.post('again')).toBe(true);
    expect(latest().posted).toEqual(['hello', 'again']);
  });

  it('survives a hello that throws', () => {
    port.open();
    nowMs += STABLE_MS;
    const open = latest();
    connectThrows = true;
    open.break();
    connectThrows = false;
    runDelay();
    expect(latest().posted).toEqual(['hello']);
  });

  it('has no ear for links that are over', () => {
    port.open();
    const first = latest();
    nowMs += STABLE_MS;
    first.break();
    first.say('late');
    first.break();
    expect(links).toHaveLength(2);
    expect(events).not.toContain('message late');
  });

  it('stays closed', () => {
    port.open();
    port.close();
    expect(latest().isDisconnected).toBe(true);
    latest().break();
    latest().say('late');
    expect(port.post('no')).toBe(false);
    expect(links).toHaveLength(1);
    expect(events).toEqual(['connected']);
  });

  it('stays closed when it is closed during a delay', () => {
    port.open();
    latest().break();
    latest().break();
    expect(delays).toHaveLength(1);
    port.close();
    expect(delays).toHaveLength(0);
  });

  it('connects at once when it is opened during a delay', () => {
    port.open();
    latest().break();
    latest().break();
    port.open();
    expect(delays).toHaveLength(0);
    expect(links).toHaveLength(3);
  });

  it('gives up when the extension has gone', () => {
    port.open();
    isOrphaned = true;
    nowMs += STABLE_MS;
    latest().break();
    expect(events).toEqual(['connected', 'disconnected', 'orphaned']);
    expect(delays).toHaveLength(0);
    expect(port.post('no')).toBe(false);
  });
});
