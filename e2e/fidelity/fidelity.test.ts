/**
 * Real cause and simulated fault side by side: each client, each cause, both browsers. The native page with a real failing
 * server is the oracle, the hooked page with a healthy server and a fault must give the same record. `isTrusted` is not
 * in the record; it is the one permitted difference. The short form; SOCKETSCOPE_FIDELITY=long runs every pair.
 */
import { afterAll, expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { bundleScript } from '../hook/bundle.ts';
import { type Bench, inEachBrowser, type Mode } from '../hook/harness.ts';
import type { CLIENTS, Start } from './clients.iife.ts';
import { type FidelityKit, installKit, orderFault } from './kit.ts';
import type { Order } from './server.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { CAUSES, type Cause, comparable } from './side-by-side.ts';

declare const kit: FidelityKit;

const IS_LONG = process.env.SOCKETSCOPE_FIDELITY === 'long';

/** Path and name. The short form takes two of them through the short causes. */
const NAMES: Readonly<Record<keyof typeof CLIENTS, string>> = {
  plain: 'plain',
  'reconnecting-websocket': 'reconnecting',
  partysocket: 'partysocket',
  'socket.io-client': 'socketio',
  'graphql-ws': 'graphql',
  mqtt: 'mqtt',
  '@stomp/stompjs': 'stomp',
  phoenix: 'phoenix',
  '@microsoft/signalr': 'signalr',
  centrifuge: 'centrifuge',
  '@rails/actioncable': 'actioncable',
  'rxjs webSocket': 'rxjs',
};
const SHORT = ['plain', 'reconnecting-websocket', 'graphql-ws'];

const PAGE = `<!doctype html><meta charset="utf-8"><title>fidelity</title><link rel="icon" href="data:,">
<script src="receiver.js"></script><script src="hook.js"></script><body></body>`;

/** Long enough for a client that reconnects after 30 ms to have done so; how a client that does not is told. */
const QUIET_MS = 400;

let server: ServerProcess | null = null;
afterAll(() => server?.signal('SIGKILL'));

async function healthyServer(): Promise<ServerProcess> {
  if (server?.isAlive !== true) server = await startServerProcess();
  server.order({ kind: 'handshakes', answer: 'accept' });
  return server;
}

async function connect(tab: Tab, client: string, port: number): Promise<void> {
  await tab.evaluate(
    (client, url) => {
      const all = window as unknown as { clients: Record<string, Start>; say: string[]; leave: () => void };
      all.say = [];
      kit.onSocket = (index) => void (index > 0 && all.say.push(`socket ${index}`));
      all.leave = all.clients[client]?.(url, (what) => all.say.push(what)) ?? (() => undefined);
    },
    client,
    `ws://127.0.0.1:${port}/${NAMES[client as keyof typeof NAMES]}`,
  );
}

async function act(tab: Tab, running: ServerProcess, step: Cause['real'][number]): Promise<void> {
  if (step === 'SIGKILL' || step === 'SIGSTOP') running.signal(step);
  else if (step === 'clientLeaves') await tab.evaluate(() => (window as unknown as { leave: () => void }).leave());
  else if (step === 'send') {
    await tab.evaluate(async () => {
      const [socket] = kit.sockets;
      const before = socket?.bufferedAmount ?? 0;
      socket?.send('into the void');
      const said = (socket?.bufferedAmount ?? 0) - before;
      await new Promise((resolve) => setTimeout(resolve, 100));
      Object.assign(window, { sent: [socket?.readyState, said, socket?.bufferedAmount] });
    });
  } else running.order(step as Order);
}

/** The state of the first socket when all is over, and what it does with calls. */
function afterlife(): unknown {
  const [socket] = kit.sockets;
  if (!socket) return null;
  const outcome = (run: () => unknown) => {
    try {
      return String(run());
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };
  const before = socket.bufferedAmount;
  const calls = socket.readyState < 2 && socket.readyState > 0 ? [] : [outcome(() => socket.send('12345'))];
  return [socket.readyState, calls, socket.bufferedAmount - before, socket.protocol, socket.extensions];
}

async function record(bench: Bench, mode: Mode, client: string, cause: Cause): Promise<unknown> {
  const running = await healthyServer();
  const tab = await bench.open(mode);
  await installKit(tab);
  await tab.evaluate(async () => {
    const script = document.createElement('script');
    script.src = 'clients.js';
    document.head.append(script);
    await new Promise((resolve) => script.addEventListener('load', resolve));
  });
  const begin = async () => {
    if (mode === 'native') return;
    expect(await orderFault(tab, cause.fault(bench.kind))).toBe('done');
  };
  const steps = mode === 'native' ? cause.real : cause.both;
  if (cause.isBeforeConnecting) {
    await begin();
    const isLater = (step: Cause['real'][number]) => step === 'clientLeaves';
    for (const step of steps) if (!isLater(step)) await act(tab, running, step);
    await connect(tab, client, running.port);
    await tab.waitFor(() => kit.sockets.length > 0);
    for (const step of steps) if (isLater(step)) await act(tab, running, step);
  } else {
    await connect(tab, client, running.port);
    await tab.waitFor(() => (window as unknown as { say: string[] }).say.includes('connected'));
    await tab.evaluate(() => {
      kit.log.length = 0;
      (window as unknown as { say: string[] }).say.length = 0;
    });
    await begin();
    for (const step of steps) await act(tab, running, step);
  }
  if (cause.until === 'connected') {
    await tab.waitFor(() => (window as unknown as { say: string[] }).say.includes('connected'));
  } else if (cause.until === 'closed') await tab.waitFor(() => kit.seen('close', 0) > 0);
  const facts = await tab.evaluate(async (quietMs: number) => {
    const until = performance.now() + quietMs;
    while (kit.sockets.length < 2 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    const { say, sent } = window as unknown as { say: string[]; sent?: unknown };
    return {
      log: kit.log.filter(({ socket }) => socket === 0),
      isTryingAgain: kit.sockets.length > 1,
      // What comes of the second attempt is not of this record.
      say: say.includes('socket 1') ? say.slice(0, say.indexOf('socket 1')) : say,
      sent: sent ?? null,
    };
  }, QUIET_MS);
  const after = await tab.evaluate(afterlife);
  // Leaves the page, and with it all that still waits.
  await tab.goto(`${bench.server.origin}/${mode}/empty.html`);
  if (running.isAlive && cause.real.some((step) => step === 'SIGSTOP') && mode === 'native') running.signal('SIGKILL');
  return { ...facts, log: comparable(facts.log), after };
}

inEachBrowser(
  'real cause and fault, side by side,',
  (bench) => {
    for (const client of Object.keys(NAMES)) {
      for (const cause of CAUSES) {
        const isChosen = IS_LONG || (cause.isShort && SHORT.includes(client)) || cause === CAUSES[0];
        if (!isChosen) continue;
        it(`${client}: ${cause.name}`, async () => {
          const real = await record(bench(), 'native', client, cause);
          expect(await record(bench(), 'hooked', client, cause)).toEqual(real);
          // Firefox makes later handshakes with a host and port wait on which others have failed: a new port begins anew.
          if (cause.until === 'quiet' || cause.isBeforeConnecting) server?.signal('SIGKILL');
        });
      }
    }
  },
  async () => ({
    'index.html': PAGE,
    'empty.html': '<!doctype html>',
    'clients.js': await bundleScript('e2e/fidelity/clients.iife.ts'),
  }),
);
