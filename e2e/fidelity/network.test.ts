/**
 * The cut cable beside the fault that stands for it: nothing passes, nobody is told, OPEN stays OPEN. The native page has its
 * server at the far end of a network that is really cut, the hooked one a healthy server and a silence. Needs root: skipped
 * by name without the network of `npm run fidelity`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserKind, Tab } from '../browsers/browser.ts';
import { bundleScript } from '../hook/bundle.ts';
import { type Bench, inEachBrowser, type Mode } from '../hook/harness.ts';
import type { BEATING_CLIENTS } from './beating-clients.iife.ts';
import type { Start } from './clients.iife.ts';
import { type FidelityKit, installKit, orderFault } from './kit.ts';
import { type Cut, type CuttableNetwork, createNetwork, IS_APART, SERVER_ADDRESS } from './network.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { comparable } from './side-by-side.ts';

declare const kit: FidelityKit;

const PATHS: Readonly<Record<keyof typeof BEATING_CLIENTS, string>> = {
  plain: 'plain',
  phoenix: 'phoenix',
  'socket.io-client': 'socketio',
  mqtt: 'mqtt',
};

const PAGE = `<!doctype html><meta charset="utf-8"><title>network</title><link rel="icon" href="data:,">
<script src="receiver.js"></script><script src="hook.js"></script><body></body>`;

/** More than each client's heartbeat needs to be missed, and the next attempt to be under way. */
const WATCH_MS = 5_000;
/** Together more than a system takes of what nobody acknowledges. */
const CHUNK_BYTES = 32 * 1024;
const CHUNKS = 24;
/** It depends a little on what was under way. */
const ONSET_CHUNKS = 3;

/** Of the watch, at its end: long enough for a small frame to be taken, which in Firefox may last some tasks. */
const SETTLING_MS = 1_000;

/**
 * What a browser tells a page when its last link goes down, and what a client that listens makes of its missing heartbeat
 * then. A fault tells it nothing: `offline` is the browser's to say.
 */
const OFFLINE: Readonly<Record<BrowserKind, { readonly told: readonly string[]; readonly heartbeat: string }>> = {
  chromium: { told: ['offline false'], heartbeat: 'disconnect: transport close' },
  firefox: { told: [], heartbeat: 'disconnect: ping timeout' },
};

interface Facts {
  readonly log: readonly unknown[];
  readonly say: readonly string[];
  readonly told: readonly string[];
  /** Of each: its `readyState`, and the least `bufferedAmount` at the end of the watch. */
  readonly sockets: readonly (readonly number[])[];
}

interface Client {
  readonly say: string[];
  /** What the browser tells the page of its network. */
  readonly told: string[];
  readonly leave: () => void;
}

describe.skipIf(!IS_APART)('a network that is cut', () => {
  let network: CuttableNetwork;
  const servers: ServerProcess[] = [];
  beforeAll(() => {
    network = createNetwork();
  });
  afterAll(() => {
    for (const server of servers) server.signal('SIGKILL');
    network?.close();
  });

  /** In the native page a server behind the network, in the hooked one here. */
  async function connect(tab: Tab, mode: Mode, client: string): Promise<void> {
    const far = { address: SERVER_ADDRESS, prefix: network.prefix };
    const server = await startServerProcess({ beats: true, ...(mode === 'native' ? far : {}) });
    servers.push(server);
    await installKit(tab);
    await tab.evaluate(
      async (name, url) => {
        const script = document.createElement('script');
        script.src = 'clients.js';
        document.head.append(script);
        await new Promise((resolve) => script.addEventListener('load', resolve));
        const page = window as unknown as { clients: Record<string, Start>; client: Client };
        const say: string[] = [];
        kit.onSocket = (index) => void (index > 0 && say.push(`socket ${index}`));
        for (const type of ['offline', 'online']) {
          window.addEventListener(type, () => page.client.told.push(`${type} ${navigator.onLine}`));
        }
        page.client = {
          say,
          told: [],
          leave: page.clients[name]?.(url, (what) => say.push(what)) ?? (() => undefined),
        };
      },
      client,
      `ws://${mode === 'native' ? SERVER_ADDRESS : '127.0.0.1'}:${server.port}/${PATHS[client as keyof typeof PATHS]}`,
    );
    await tab.waitFor(() => (window as unknown as { client: Client }).client.say.includes('connected'));
  }

  async function cut(tab: Tab, mode: Mode, how: Cut): Promise<void> {
    // Before, not after: to take a link down can last longer than a heartbeat. What was on its way till then may arrive.
    await tab.evaluate(() => {
      kit.log.length = 0;
      (window as unknown as { client: Client }).client.say.length = 0;
    });
    if (mode === 'native') network.cut(how);
    else {
      const what = { kind: 'silence', direction: 'both', only: { kind: 'any' }, durationMs: null } as const;
      expect(await orderFault(tab, { where: { kind: 'all', later: true }, what })).toBe('done');
    }
    await tab.evaluate(() => {
      kit.log.splice(0, kit.log.length, ...kit.log.filter(({ type }) => type !== 'message'));
    });
  }

  async function leave(bench: Bench, tab: Tab, mode: Mode, how: Cut): Promise<void> {
    if (mode === 'native') network.heal(how);
    await tab.waitFor(() => navigator.onLine);
    await tab.evaluate(() => (window as unknown as { client: Client }).client.leave());
    await tab.goto(`${bench.server.origin}/${mode}/empty.html`);
  }

  async function record(bench: Bench, mode: Mode, client: string, how: Cut): Promise<Facts> {
    const tab = await bench.open(mode);
    await connect(tab, mode, client);
    await cut(tab, mode, how);
    try {
      const facts = await tab.evaluate(
        async (watchMs: number, settlingMs: number) => {
          const { client } = window as unknown as { client: Client };
          const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
          await wait(watchMs - settlingMs);
          const least: number[] = [];
          for (const until = performance.now() + settlingMs; performance.now() < until; await wait(10)) {
            for (const [i, { bufferedAmount }] of kit.sockets.entries()) {
              least[i] = Math.min(least[i] ?? bufferedAmount, bufferedAmount);
            }
          }
          const sockets = kit.sockets.map(({ readyState }, i) => [readyState, least[i] ?? 0]);
          return { log: kit.log, say: client.say, told: client.told, sockets };
        },
        WATCH_MS,
        SETTLING_MS,
      );
      if (how === 'packets') return { ...facts, log: comparable(facts.log) };
      // A neighbour that cannot be found fails new handshakes after some seconds: what comes of them is not of this record.
      const { log, say, told, sockets } = facts;
      const next = say.indexOf('socket 1');
      return {
        log: comparable(log.filter(({ socket }) => socket === 0)),
        say: next < 0 ? say : say.slice(0, next + 1),
        told,
        sockets: sockets.slice(0, 1),
      };
    } finally {
      await leave(bench, tab, mode, how);
    }
  }

  /** What bufferedAmount says of much that nobody takes. */
  async function backlog(bench: Bench, mode: Mode, how: Cut): Promise<readonly number[]> {
    const tab = await bench.open(mode);
    await connect(tab, mode, 'plain');
    await cut(tab, mode, how);
    try {
      return await tab.evaluate(
        async (bytes: number, count: number) => {
          const [socket] = kit.sockets;
          const amounts: number[] = [];
          for (let i = 0; i < count; i++) {
            socket?.send(new Uint8Array(bytes));
            await new Promise((resolve) => setTimeout(resolve, 50));
            amounts.push(socket?.bufferedAmount ?? -1);
          }
          return amounts;
        },
        CHUNK_BYTES,
        CHUNKS,
      );
    } finally {
      await leave(bench, tab, mode, how);
    }
  }

  inEachBrowser(
    'beside a silence,',
    (bench) => {
      for (const how of ['packets', 'link'] as const) {
        const words = how === 'packets' ? 'packets are dropped' : 'the link is down';
        for (const client of Object.keys(PATHS)) {
          it(`${words}: ${client} sees the same`, async () => {
            const real = await record(bench(), 'native', client, how);
            expect(await record(bench(), 'hooked', client, how)).toEqual(real);
          });
        }
      }

      // One that does not listen to `offline`, and one that does.
      for (const client of ['plain', 'socket.io-client']) {
        it(`no link is left: ${client} sees the same but for what the browser says of its network`, async () => {
          const { told, heartbeat } = OFFLINE[bench().kind];
          const real = await record(bench(), 'native', client, 'everyLink');
          const simulated = await record(bench(), 'hooked', client, 'everyLink');
          expect(simulated.told).toEqual([]);
          const say = simulated.say.map((what) => (what === 'disconnect: ping timeout' ? heartbeat : what));
          expect(real).toEqual({ ...simulated, told, say });
        });
      }

      it('bufferedAmount grows by what is sent, once the system takes no more', async () => {
        // In chunks: what the client itself sends now and then is little.
        const inChunks = async (mode: Mode) =>
          (await backlog(bench(), mode, 'packets')).map((bytes) => Math.round(bytes / CHUNK_BYTES));
        const [real, simulated] = [await inChunks('native'), await inChunks('hooked')];
        for (const amounts of [real, simulated]) {
          const last = amounts.slice(-4);
          expect(last.map((amount) => amount - (last[0] ?? 0))).toEqual([0, 1, 2, 3]);
        }
        expect(Math.abs((real.at(-1) ?? 0) - (simulated.at(-1) ?? 0))).toBeLessThanOrEqual(ONSET_CHUNKS);
      });

      it('when TCP gives up, it ends as a reset does', async () => {
        const ending = async (mode: Mode) => {
          const tab = await bench().open(mode);
          await connect(tab, mode, 'plain');
          await cut(tab, mode, 'packets');
          network.setRetransmissions('few');
          try {
            if (mode === 'hooked') {
              const what = { kind: 'end', code: 1006, reason: '', lostBy: 'reset', server: 'keptOpen' } as const;
              expect(await orderFault(tab, { what })).toBe('done');
            }
            await tab.waitFor(() => kit.seen('close') > 0);
            return comparable(await tab.evaluate(() => kit.log));
          } finally {
            network.setRetransmissions('usual');
            await leave(bench(), tab, mode, 'packets');
          }
        };
        const real = await ending('native');
        expect(await ending('hooked')).toEqual(real);
      });
    },
    async () => ({
      'index.html': PAGE,
      'empty.html': '<!doctype html>',
      'clients.js': await bundleScript('e2e/fidelity/beating-clients.iife.ts'),
    }),
    { reachable: [SERVER_ADDRESS] },
  );
});
