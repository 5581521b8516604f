/** Pages that are themselves the cause, or are left. */
import type { CauseCase } from '../case.ts';
import type { LabWindow } from '../page.ts';
import { echoes, PING, pongs, startServer, talks, ticks } from '../servers/node.ts';

export const CLIENT_CASES: readonly CauseCase[] = [
  {
    name: 'handler-throws',
    family: 'client',
    what: 'the page’s handler throws on every frame',
    causes: ['handler-error'],
    isShort: true,
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 200) });
      const page = await stage.open();
      await page.start({ url: server.url, handler: 'throws' });
      await page.received(12);
    },
  },
  {
    name: 'no-handler',
    family: 'client',
    what: 'frames come on a second connection, and the page listens to none of them',
    causes: ['no-handler'],
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 200) });
      const page = await stage.open();
      await page.start({ url: server.url });
      await page.received(4);
      await page.start({ url: server.url, handler: 'none' });
      await page.opened(2);
      await stage.watch(3_000);
    },
  },
  {
    name: 'send-before-open',
    family: 'client',
    what: 'the page sends right after the constructor, which throws',
    causes: ['send-before-open'],
    async run(stage) {
      const server = await startServer(stage, { converse: echoes });
      const page = await stage.open();
      await page.tab.evaluate((url) => {
        const { lab } = globalThis as unknown as LabWindow;
        lab.start({ url, beat: { text: '{"type":"ping"}', everyMs: 500 } });
        try {
          lab.sockets.at(-1)?.send('{"type":"subscribe"}');
        } catch (error) {
          lab.seen.thrown = [String(error)];
        }
      }, server.url);
      await page.received(4);
    },
  },
  {
    name: 'send-after-close',
    family: 'client',
    what: 'the server ends the connection properly, and the page’s timer goes on sending into it',
    causes: ['send-after-close'],
    async run(stage) {
      const server = await startServer(stage, {
        converse: (peer) => {
          echoes(peer);
          setTimeout(() => peer.socket.close(1000, 'done'), 2_000).unref();
        },
      });
      const page = await stage.open();
      await page.start({ url: server.url });
      await page.opened(1);
      await page.tab.evaluate(() => {
        const { sockets } = (globalThis as unknown as LabWindow).lab;
        setInterval(() => sockets[0]?.send('{"type":"position","x":1}'), 250);
      });
      await page.closed(1);
      await stage.watch(3_000);
    },
  },
  {
    name: 'leak',
    family: 'client',
    what: 'the page opens a connection every 300 ms and closes none',
    causes: ['socket-leak'],
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 1_000) });
      const page = await stage.open();
      for (let i = 0; i < 12; i++) {
        await page.start({ url: server.url });
        await stage.watch(300);
      }
      await page.received(24);
    },
  },
  {
    name: 'storm',
    family: 'client',
    what: 'the server ends each connection at once, and the page comes back after 40 ms, always',
    causes: ['instant-close'],
    mustSay: ['reconnect-storm'],
    async run(stage) {
      const server = await startServer(stage, { converse: ({ tcp }) => setTimeout(() => tcp.destroy(), 60) });
      const page = await stage.open();
      await page.start({ url: server.url, lives: 25, fixedWaitMs: 40 });
      await page.closed(25);
    },
  },
  {
    name: 'timers-throttled',
    family: 'client',
    what: 'the server ends clients that are silent for 700 ms; the page beats every 200 ms, until its tab is hidden',
    causes: ['timers-throttled'],
    place: 'throttling',
    async run(stage) {
      const server = await startServer(stage, {
        converse: (peer) => {
          pongs(peer);
          let idle: NodeJS.Timeout;
          const wait = () => {
            clearTimeout(idle);
            idle = setTimeout(() => peer.tcp.destroy(), 700);
          };
          peer.socket.on('message', wait);
          wait();
        },
      });
      const page = await stage.open();
      await page.start({ url: server.url, lives: 5, hello: [PING], beat: { text: PING, everyMs: 200 } });
      await page.received(15);
      await page.tab.hide();
      await page.closed(4);
    },
  },
  {
    name: 'tab-closed',
    family: 'client',
    what: 'the user closes the tab',
    causes: ['page-left'],
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => talks(peer, 300) });
      const page = await stage.open();
      await page.start({ url: server.url, beat: { text: PING, everyMs: 500 } });
      await page.received(10);
      page.left = 'closed';
      await page.tab.close();
    },
  },
  {
    name: 'navigation',
    family: 'client',
    what: 'the user follows a link and the next page connects anew, three times',
    causes: ['page-left'],
    // Chromium keeps the page in its back/forward cache, without its connections.
    equallyTrue: ['back-forward-cache'],
    isShort: true,
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => talks(peer, 200) });
      const page = await stage.open();
      page.left = 'left';
      for (let i = 0; i < 3; i++) {
        await page.start({ url: server.url, beat: { text: PING, everyMs: 500 } });
        await page.received(8);
        await page.tab.goto(`${page.url}?page=${i}`);
      }
      await page.start({ url: server.url, beat: { text: PING, everyMs: 500 } });
      await page.received(8);
    },
  },
  {
    name: 'bfcache',
    family: 'client',
    what: 'the page goes into the back/forward cache and comes back',
    causes: ['back-forward-cache', 'page-left'],
    mayPassInSilence: true,
    notIn: { firefox: 'an open WebSocket keeps pages out of its back/forward cache' },
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => talks(peer, 200) });
      const page = await stage.open();
      page.left = 'left';
      await page.start({ url: server.url, lives: 4, beat: { text: PING, everyMs: 500 } });
      await page.received(8);
      await page.tab.goto(`${page.url}?elsewhere`);
      await page.tab.evaluate(() => history.back());
      await page.tab.waitFor(() => document.readyState === 'complete' && !location.search);
      await stage.watch(2_000);
    },
  },
];
