/** Servers that end connections: killed, stopped, starved, restarted, or with a code and a reason. */

import type { Cause } from '../../../src/analysis/findings/causes.ts';
import type { CauseCase } from '../case.ts';
import { type NodeServerOptions, type Peer, PING, startServer, talks, ticks } from '../servers/node.ts';
import { startProcess } from '../servers/process.ts';
import type { RecordedPage, Stage } from '../stage.ts';

const LIVES = 3;
const SOCKETS = 3;

/** A connection with traffic to and fro, so that nobody takes its end for that of a silence. */
const BEAT = { text: PING, everyMs: 700 };

async function endAfterTraffic(
  stage: Stage,
  end: (peer: Peer) => void,
  { options, lives = LIVES }: Pick<NodeServerOptions, 'options'> & { readonly lives?: number } = {},
): Promise<RecordedPage> {
  let number = 0;
  const server = await startServer(stage, {
    ...(options ? { options } : {}),
    converse: (peer) => {
      talks(peer, 300);
      // Not always after the same time: that would be a limit. Far apart, because a busy machine moves them by a second.
      setTimeout(() => end(peer), 1_500 + 2_300 * (number++ % 3)).unref();
    },
  });
  const page = await stage.open();
  await page.start({ url: server.url, lives, beat: BEAT });
  await page.closed(lives);
  return page;
}

/** Codes, with the reason that a real server gives. */
const CODES: readonly (readonly [code: number, reason: string, cause: Cause, isShort?: true])[] = [
  [1002, 'Invalid WebSocket frame', 'protocol-error'],
  [1003, 'Cannot accept binary', 'unsupported-data'],
  [1007, 'Invalid UTF-8 sequence', 'bad-payload'],
  [1008, 'Policy violation', 'policy-violation', true],
  [1011, 'Internal error', 'server-error', true],
];

function codeCase([code, reason, cause, isShort]: (typeof CODES)[number]): CauseCase {
  return {
    name: `code-${code}`,
    family: 'server',
    what: `the server closes with ${code}`,
    causes: [cause],
    ...(isShort ? { isShort } : {}),
    run: async (stage) => void (await endAfterTraffic(stage, ({ socket }) => socket.close(code, reason))),
  };
}

function restartCase(code: number, reason: string): CauseCase {
  return {
    name: `restart-${code}`,
    family: 'server',
    what: `the server closes three connections with ${code} and ends; another one takes its place`,
    causes: ['server-restart'],
    async run(stage) {
      const port = await stage.freePort();
      const first = await startProcess(stage, { port, behaviour: { tickMs: 300, pongs: true } });
      const page = await stage.open();
      for (let i = 0; i < SOCKETS; i++) await page.start({ url: first.url, lives: 8, beat: BEAT });
      await page.received(10 * SOCKETS);
      first.order({ kind: 'closeAll', code, reason });
      await page.closed(SOCKETS);
      first.signal('SIGKILL');
      await first.ended;
      await startProcess(stage, { port, behaviour: { tickMs: 300, pongs: true } });
      await page.opened(2 * SOCKETS);
    },
  };
}

/** Raw frames of a server: FIN with an opcode, no mask, a short payload. */
function frame(firstByte: number, payload: readonly number[]): Buffer {
  return Buffer.from([firstByte, payload.length, ...payload]);
}

export const SERVER_CASES: readonly CauseCase[] = [
  ...CODES.map(codeCase),
  restartCase(1001, 'server shutting down'),
  restartCase(1012, 'service restart'),
  {
    name: 'origin-not-allowed',
    family: 'server',
    what: 'the server accepts, and closes with 1008 because of the origin, at once',
    causes: ['forbidden'],
    async run(stage) {
      const server = await startServer(stage, { converse: ({ socket }) => socket.close(1008, 'Origin not allowed') });
      const page = await stage.open();
      await page.start({ url: server.url, lives: LIVES });
      await page.closed(LIVES);
    },
  },
  {
    name: 'code-1009',
    family: 'server',
    what: 'the page sends 48 KiB, the server takes 32 KiB at most: 1009 by the library itself',
    causes: ['message-too-big'],
    async run(stage) {
      const server = await startServer(stage, {
        options: { maxPayload: 32 * 1024 },
        converse: (peer) => ticks(peer, 300),
      });
      const page = await stage.open();
      const big = JSON.stringify({ type: 'upload', data: 'x'.repeat(48 * 1024) });
      await page.start({ url: server.url, lives: LIVES, beat: { text: big, everyMs: 1_500 } });
      await page.closed(LIVES);
    },
  },
  {
    name: 'too-big-cut',
    family: 'infrastructure',
    what: 'after any message of more than 128 KiB the connection is cut without a Close frame',
    causes: ['message-too-big', 'poison-message'],
    async run(stage) {
      const server = await startServer(stage, {
        converse: (peer) => {
          ticks(peer, 300);
          peer.socket.on('message', (data) => {
            if (data.toString().length > 128 * 1024) peer.tcp.destroy();
          });
        },
      });
      const page = await stage.open();
      const big = JSON.stringify({ type: 'upload', data: 'x'.repeat(160 * 1024) });
      await page.start({ url: server.url, lives: LIVES, beat: { text: big, everyMs: 2_000 } });
      await page.closed(LIVES);
    },
  },
  {
    name: 'no-status',
    family: 'server',
    what: 'the server sends a Close frame without a code: 1005',
    causes: ['closed-without-code'],
    run: async (stage) => void (await endAfterTraffic(stage, ({ socket }) => socket.close())),
  },
  {
    name: 'sigkill',
    family: 'server',
    what: 'the server’s process is killed (SIGKILL) under three busy connections, and another takes its place',
    causes: ['server-crash', 'proxy-reload'],
    async run(stage) {
      const port = await stage.freePort();
      const first = await startProcess(stage, { port, behaviour: { tickMs: 300, pongs: true } });
      const page = await stage.open();
      for (let i = 0; i < SOCKETS; i++) await page.start({ url: first.url, lives: 8, beat: BEAT });
      await page.received(10 * SOCKETS);
      first.signal('SIGKILL');
      await first.ended;
      await page.closed(SOCKETS);
      await startProcess(stage, { port, behaviour: { tickMs: 300, pongs: true } });
      await page.opened(2 * SOCKETS);
    },
  },
  {
    name: 'destroyed',
    family: 'server',
    what: 'the server destroys its sockets (FIN, no Close frame), at no particular time',
    causes: ['connection-reset', 'server-crash', 'proxy-reload'],
    isShort: true,
    run: async (stage) => void (await endAfterTraffic(stage, ({ tcp }) => tcp.destroy())),
  },
  {
    name: 'reset',
    family: 'server',
    what: 'the server resets TCP (RST), at no particular time',
    causes: ['connection-reset', 'server-crash'],
    // An error event, as for a frame that breaks the protocol.
    alsoIn: { firefox: ['invalid-frame'] },
    run: async (stage) => void (await endAfterTraffic(stage, ({ tcp }) => tcp.resetAndDestroy())),
  },
  {
    name: 'invalid-frame',
    family: 'server',
    what: 'the server sends a frame with a reserved opcode: the browser fails the connection',
    causes: ['invalid-frame'],
    isShort: true,
    run: async (stage) => void (await endAfterTraffic(stage, ({ tcp }) => tcp.write(frame(0x83, [1, 2, 3])))),
  },
  {
    name: 'invalid-utf8',
    family: 'server',
    what: 'the server sends text that is no UTF-8: the browser fails the connection',
    causes: ['invalid-frame', 'bad-payload'],
    run: async (stage) => void (await endAfterTraffic(stage, ({ tcp }) => tcp.write(frame(0x81, [0xc3, 0x28])))),
  },
  {
    name: 'sigstop',
    family: 'server',
    what: 'the server’s process is stopped (SIGSTOP): the page’s pings are answered, and then no more',
    causes: ['half-open'],
    async run(stage) {
      const server = await startProcess(stage, { behaviour: { pongs: true } });
      const page = await stage.open();
      await page.start({ url: server.url, beat: { text: PING, everyMs: 500 } });
      await page.received(12);
      server.signal('SIGSTOP');
      await stage.watch(8_000);
    },
  },
  {
    name: 'sigstop-given-up',
    family: 'server',
    what: 'the server’s process is stopped (SIGSTOP), and the page gives up after 2 s without an answer',
    causes: ['half-open'],
    async run(stage) {
      const server = await startProcess(stage, { behaviour: { pongs: true } });
      const page = await stage.open();
      const beat = { text: PING, everyMs: 500, answerWithinMs: 2_000 };
      await page.start({ url: server.url, beat });
      await page.received(12);
      server.signal('SIGSTOP');
      await stage.watch(6_000);
    },
  },
  {
    name: 'out-of-memory',
    family: 'server',
    what: 'the server keeps 2 MB for each message, until its limit of memory ends it; it is started again',
    causes: ['server-crash', 'crash-loop', 'proxy-reload'],
    async run(stage) {
      const port = await stage.freePort();
      const options = {
        port,
        behaviour: { tickMs: 300, pongs: true, leakBytes: 2_000_000 },
        nodeArgs: ['--max-old-space-size=48'],
      };
      const first = await startProcess(stage, options);
      const page = await stage.open();
      for (let i = 0; i < SOCKETS; i++)
        await page.start({ url: first.url, lives: 8, beat: { text: PING, everyMs: 400 } });
      await first.ended;
      await page.closed(SOCKETS);
      await startProcess(stage, options);
      await page.opened(2 * SOCKETS);
    },
  },
  {
    name: 'poison-message',
    family: 'server',
    what: 'the server crashes each time that the page sends a certain message, and is started again',
    causes: ['poison-message'],
    async run(stage) {
      const port = await stage.freePort();
      const behaviour = { tickMs: 250, diesOf: 'reindex' };
      const page = await stage.open();
      for (let life = 1; life <= LIVES; life++) {
        const server = await startProcess(stage, { port, behaviour });
        if (life === 1) await page.start({ url: server.url, lives: 40, waitMs: 200, beat: BEAT });
        await page.opened(life);
        const { received } = await page.seen();
        await page.received(received + 4 + 2 * life);
        await page.tab.evaluate(sendLast, '{"type":"reindex","all":true}');
        await server.ended;
      }
    },
  },
];

/** Runs in the page. */
function sendLast(text: string): void {
  const { sockets } = (globalThis as unknown as { readonly lab: { readonly sockets: readonly WebSocket[] } }).lab;
  sockets.find(({ readyState }) => readyState === WebSocket.OPEN)?.send(text);
}
