/**
 * A browser for tests: one background that can be killed and is started again by whoever connects, ports that deliver
 * when they are told to, session storage, and a clock that stands still unless it is moved. Import
 * fake-indexeddb/auto before it.
 */

import type { Badge } from '../browser/badge.ts';
import type { EndpointAnswer } from '../browser/endpoint.ts';
import type { BrowserEnvironment } from '../browser/environment.ts';
import type { ExtensionPort, PortSender } from '../browser/extension.ts';
import type { HandshakeEvent } from '../browser/handshakes.ts';
import type { Refusal } from '../browser/refusals.ts';
import { createStore, type Store } from '../store/open.ts';
import { type Background, createBackground } from './create-background.ts';

/** The end of a port that a content script or a panel holds. */
export interface ClientPort {
  /** Throws when the port is closed and the client knows it. */
  post(message: unknown): void;
  disconnect(): void;
}

export interface FakeBrowser {
  connect(
    name: string,
    sender: PortSender,
    onMessage: (message: unknown) => void,
    onDisconnect: () => void,
  ): ClientPort;
  /** Messages of `tabs.sendMessage`. */
  onTabMessage(listener: (tabId: number, message: unknown, frameId?: number) => void): void;
  /** What a content script puts into local storage. */
  leaveBehind(key: string, value: unknown): void;
  /** The network layer tells of a handshake; starts the background when it has asked to be told. */
  handshake(event: HandshakeEvent): void;
  /** What the background has in the storage that outlives the browser. */
  readonly lasting: Map<string, unknown>;
  /** How endpoints answer when they are asked over HTTP, by URL; all others never do. */
  readonly endpoints: Map<string, EndpointAnswer>;
  /** URLs that were asked, in order. */
  readonly asked: string[];
  /** Refusals that hold, by id. */
  readonly refusals: Map<number, Refusal>;
  /** Pages of tabs; '' for all others. */
  readonly tabUrls: Map<number, string>;
  readonly closedTabs: Set<number>;
  /** What the button says on each tab, and (null) on all others. */
  readonly badges: Map<number | null, Badge | null>;
  /** The browser quits and is started again: ports break, and what is kept for its life only is gone. */
  restart(): void;
  /** Kills the background now, in the midst of whatever it does. `abort`: transactions that run are undone. */
  kill(abort: boolean): void;
  readonly isRunning: boolean;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): () => void;
  /** Moves the clock and calls what is due on the way. */
  advance(ms: number): void;
  /** Delivers one message of the port that `choose` picks from those that have one; false when none has. */
  deliver(choose?: (count: number) => number): boolean;
  /** Delivers everything, until nothing happens any more. */
  settle(): Promise<void>;
}

export const FAKE_ENVIRONMENT: BrowserEnvironment = {
  browser: { name: 'Fake', version: '1.0' },
  os: 'linux x86-64',
  extensionVersion: '0.1.0',
  networkType: null,
  language: 'en',
};

/** One direction of one port, in order. */
interface Lane {
  readonly waiting: (() => void)[];
}

/** A life of the background. What the dead one does afterwards, for JavaScript cannot be killed, has no effect. */
interface Life {
  isAlive: boolean;
  readonly background: Background;
  readonly store: Store;
  readonly breakPorts: Set<() => void>;
  onHandshake: (event: HandshakeEvent) => void;
}

export function createFakeBrowser(): FakeBrowser {
  const lanes = new Set<Lane>();
  const stored = new Map<string, unknown>();
  const lasting = new Map<string, unknown>();
  const left = new Map<string, unknown>();
  let life: Life | null = null;
  let nowMs = 1_800_000_000_000;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  let tellTab: (tabId: number, message: unknown, frameId?: number) => void = () => undefined;
  let ids = 0;
  let isObserving = false;
  const tabUrls = new Map<number, string>();
  const refusals = new Map<number, Refusal>();
  const closedTabs = new Set<number>();
  const badges = new Map<number | null, Badge | null>();
  const endpoints = new Map<string, EndpointAnswer>();
  const asked: string[] = [];

  function callAfter(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: nowMs + delayMs, callback };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  }

  function start(): Life {
    const store = createStore();
    const never = new Promise<never>(() => undefined);
    let observing: (event: HandshakeEvent) => void = () => undefined;
    const started: Life = {
      isAlive: true,
      store,
      breakPorts: new Set(),
      onHandshake: () => undefined,
      background: createBackground({
        store: {
          open: async () => {
            if (!started.isAlive) return never;
            const database = await store.open();
            return started.isAlive ? database : never;
          },
          close: store.close,
        },
        storage: {
          get: async (key) => structuredClone(stored.get(key)),
          set: async (key, value) => {
            if (started.isAlive) stored.set(key, structuredClone(value));
          },
          all: async () => structuredClone(Object.fromEntries(stored)),
          setAll: async (rows) => {
            if (!started.isAlive) return;
            for (const [key, value] of Object.entries(rows)) stored.set(key, structuredClone(value));
          },
          remove: async (keys) => {
            if (started.isAlive) for (const key of keys) stored.delete(key);
          },
        },
        lastingStorage: {
          get: async (key) => structuredClone(lasting.get(key)),
          set: async (key, value) => {
            if (started.isAlive) lasting.set(key, structuredClone(value));
          },
        },
        leftBehind: {
          all: async () => structuredClone(Object.fromEntries(left)),
          remove: async (keys) => {
            if (started.isAlive) for (const key of keys) left.delete(key);
          },
        },
        sendToTab: (tabId, message) => {
          if (started.isAlive) tellTab(tabId, message);
        },
        sendToFrame: (tabId, frameId, message) => {
          if (started.isAlive) tellTab(tabId, message, frameId);
        },
        tabUrl: async (tabId) => tabUrls.get(tabId) ?? '',
        tabExists: async (tabId) => !closedTabs.has(tabId),
        tabsOfOrigin: async (origin) =>
          [...tabUrls].flatMap(([tabId, url]) => (new URL(url).origin === origin ? [tabId] : [])),
        environment: async () => FAKE_ENVIRONMENT,
        setBadge: (tabId, badge) => {
          if (started.isAlive) badges.set(tabId, badge);
        },
        observeHandshakes: (listener) => {
          observing = listener;
          isObserving = true;
          return {
            setOn: (on) => {
              if (started.isAlive) isObserving = on;
            },
          };
        },
        askEndpoint: async (url) => {
          if (started.isAlive) asked.push(url);
          return endpoints.get(url) ?? never;
        },
        refusals: {
          add: async (refusal) => {
            if (started.isAlive) refusals.set(refusal.id, refusal);
          },
          remove: async (ids) => {
            if (started.isAlive) for (const id of ids) refusals.delete(id);
          },
          removeAll: async () => {
            await null; // it is called while this life begins
            if (started.isAlive) refusals.clear();
          },
        },
        newId: () => `session${++ids}`,
        nowMs: () => nowMs,
        callAfter: (delayMs, callback) => {
          callAfter(delayMs, () => {
            if (started.isAlive) callback();
          });
        },
      }),
    };
    started.onHandshake = observing;
    return started;
  }

  function connect(
    name: string,
    sender: PortSender,
    onMessage: (message: unknown) => void,
    onDisconnect: () => void,
  ): ClientPort {
    life ??= start();
    const mine = life;
    const toBackground: Lane = { waiting: [] };
    const toClient: Lane = { waiting: [] };
    lanes.add(toBackground).add(toClient);
    let isOpenForClient = true;
    let isOpenForBackground = true;
    let listener: (message: unknown) => void = () => undefined;
    let disconnectListener: () => void = () => undefined;

    /** The background's end is gone; the client hears of it after what was said before. */
    const breakPort = () => {
      isOpenForBackground = false;
      toBackground.waiting.length = 0;
      toClient.waiting.push(() => {
        if (!isOpenForClient) return;
        isOpenForClient = false;
        onDisconnect();
      });
    };
    mine.breakPorts.add(breakPort);
    const port: ExtensionPort = {
      name,
      sender,
      post: (message) => {
        if (!isOpenForBackground) return false;
        const copy: unknown = structuredClone(message);
        toClient.waiting.push(() => isOpenForClient && onMessage(copy));
        return true;
      },
      disconnect: () => {
        if (!isOpenForBackground) return;
        mine.breakPorts.delete(breakPort);
        breakPort();
      },
      onMessage: (next) => {
        listener = next;
      },
      onDisconnect: (next) => {
        disconnectListener = next;
      },
    };
    mine.background.onPortOpened(port);
    return {
      post: (message) => {
        if (!isOpenForClient) throw new Error('Attempting to use a disconnected port object');
        const copy: unknown = structuredClone(message);
        if (isOpenForBackground) toBackground.waiting.push(() => isOpenForBackground && listener(copy));
      },
      disconnect: () => {
        isOpenForClient = false;
        toBackground.waiting.push(() => {
          if (!isOpenForBackground) return;
          isOpenForBackground = false;
          mine.breakPorts.delete(breakPort);
          disconnectListener();
        });
      },
    };
  }

  function kill(abort: boolean): void {
    if (!life) return;
    const dying = life;
    life = null;
    dying.isAlive = false;
    if (abort) for (const transaction of writing) abortUnlessEnded(transaction);
    dying.store.close();
    for (const breakPort of dying.breakPorts) breakPort();
  }

  function deliver(choose: (count: number) => number = () => 0): boolean {
    const ready = [...lanes].filter(({ waiting }) => waiting.length > 0);
    ready[choose(ready.length)]?.waiting.shift()?.();
    return ready.length > 0;
  }

  return {
    connect,
    deliver,
    callAfter,
    nowMs: () => nowMs,
    get isRunning() {
      return life !== null;
    },
    tabUrls,
    closedTabs,
    badges,
    restart: () => {
      kill(true);
      stored.clear();
      badges.clear();
    },
    refusals,
    endpoints,
    asked,
    lasting,
    onTabMessage: (listener) => {
      tellTab = listener;
    },
    leaveBehind: (key, value) => {
      left.set(key, structuredClone(value));
    },
    handshake: (event) => {
      if (!isObserving) return;
      life ??= start();
      life.onHandshake(event);
    },
    kill,
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const due = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        nowMs = due.atMs;
        due.callback();
      }
      nowMs = untilMs;
    },
    settle: async () => {
      for (let quietTurns = 0; quietTurns < 30; quietTurns++) {
        if (deliver() || writing.size > 0) quietTurns = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

/** Transactions that write and have not ended; only a background has such. */
const writing = new Set<IDBTransaction>();
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
  const transaction = begin.apply(this, args);
  if (transaction.mode === 'readwrite') {
    writing.add(transaction);
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => writing.delete(transaction));
  }
  return transaction;
};

function abortUnlessEnded(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It is being committed.
  }
}
