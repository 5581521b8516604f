/** Sessions with nothing wrong: each warning in one of these is false. */

import type { ClientId } from '../../lab/roster.ts';
import type { CauseCase } from '../case.ts';
import type { LabWindow } from '../page.ts';
import { echoes, PING, pongs, startServer, ticks } from '../servers/node.ts';

/** A client of the demo lab with its library and its server. */
function libraryCase(client: ClientId, what: string): CauseCase {
  return {
    name: `healthy-${client}`,
    family: 'healthy',
    what,
    causes: [],
    async run(stage) {
      const lab = await stage.lab();
      const page = await stage.open({ url: `${lab.origin}/?only=${client}&connect=no` });
      page.left = 'left';
      await page.tab.waitFor((id) => {
        const { lab: api } = globalThis as unknown as { lab?: { client(id: string): { connect(): void } } };
        api?.client(id).connect();
        return api !== undefined;
      }, client);
      await stage.watch(16_000);
    },
  };
}

export const HEALTHY_CASES: readonly CauseCase[] = [
  libraryCase('socketio', 'Socket.IO with acknowledgements; the server pings every 5 s'),
  libraryCase('graphql', 'graphql-ws with a subscription'),
  libraryCase('mqtt', 'MQTT.js with a broker, and its keep-alive'),
  libraryCase('chat', 'a chat with a heartbeat of its own'),
  {
    name: 'healthy-idle',
    family: 'healthy',
    what: 'nothing but a heartbeat every 2 s, answered',
    causes: [],
    isShort: true,
    async run(stage) {
      const server = await startServer(stage, { converse: pongs });
      const page = await stage.open();
      await page.start({ url: server.url, beat: { text: PING, everyMs: 1_000, answerWithinMs: 5_000 } });
      await page.received(10);
    },
  },
  {
    name: 'healthy-big-frames',
    family: 'healthy',
    what: 'frames of 600 kB to and fro',
    causes: [],
    async run(stage) {
      const server = await startServer(stage, { converse: echoes });
      const page = await stage.open();
      const text = JSON.stringify({ type: 'image', data: 'x'.repeat(600_000) });
      await page.start({ url: server.url, beat: { text, everyMs: 1_200 } });
      await page.received(6);
    },
  },
  {
    name: 'healthy-closed-1000',
    family: 'healthy',
    what: 'the page closes its connection with 1000 when it has what it wants, three times',
    causes: [],
    isShort: true,
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 150) });
      const page = await stage.open();
      for (let i = 1; i <= 3; i++) {
        await page.start({ url: server.url });
        await page.received(6 * i);
        await page.tab.evaluate(() => {
          (globalThis as unknown as LabWindow).lab.sockets.at(-1)?.close(1000, 'done');
        });
        await page.closed(i);
      }
    },
  },
  {
    name: 'healthy-server-1000',
    family: 'healthy',
    what: 'the server closes with 1000 when it has said all',
    causes: [],
    async run(stage) {
      const server = await startServer(stage, {
        converse: (peer) => {
          ticks(peer, 150);
          setTimeout(() => peer.socket.close(1000, 'all said'), 2_000).unref();
        },
      });
      const page = await stage.open();
      await page.start({ url: server.url });
      await page.closed(1);
    },
  },
  {
    name: 'healthy-requests',
    family: 'healthy',
    what: 'requests with ids and answers to them, at no particular rate',
    causes: [],
    async run(stage) {
      const server = await startServer(stage, {
        converse: ({ socket }) =>
          socket.on('message', (data) => {
            const { id } = JSON.parse(data.toString()) as { id: number };
            socket.send(JSON.stringify({ id, result: { ok: true } }));
          }),
      });
      const page = await stage.open();
      await page.start({ url: server.url });
      await page.opened(1);
      await page.tab.evaluate(() => {
        const { sockets } = (globalThis as unknown as LabWindow).lab;
        let id = 0;
        const next = () => {
          sockets[0]?.send(JSON.stringify({ id: id++, method: 'get', params: { page: id } }));
          setTimeout(next, 100 + 700 * Math.random());
        };
        next();
      });
      await page.received(14);
    },
  },
];
