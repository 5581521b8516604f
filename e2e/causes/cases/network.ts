/** Networks that are really cut: a cable between two network namespaces, and packets that vanish on it. */
import type { CauseCase } from '../case.ts';
import { PING } from '../servers/node.ts';
import { startProcess } from '../servers/process.ts';

const BEAT = { text: PING, everyMs: 500 };

export const NETWORK_CASES: readonly CauseCase[] = [
  {
    name: 'packets-dropped',
    family: 'network',
    what: 'packets to and from the server vanish without a word: the page pings on, nobody answers',
    causes: ['half-open'],
    needs: ['netns'],
    async run(stage) {
      const far = stage.namespace();
      const server = await startProcess(stage, { host: far.host, prefix: far.prefix, behaviour: { pongs: true } });
      const page = await stage.open();
      await page.start({ url: server.url, beat: BEAT });
      await page.received(12);
      await far.dropPackets();
      await stage.watch(8_000);
    },
  },
  {
    name: 'packets-dropped-given-up',
    family: 'network',
    what: 'packets vanish, and the page gives up after 2 s without an answer; later they pass again',
    causes: ['half-open'],
    needs: ['netns'],
    async run(stage) {
      const far = stage.namespace();
      const server = await startProcess(stage, { host: far.host, prefix: far.prefix, behaviour: { pongs: true } });
      const page = await stage.open();
      await page.start({ url: server.url, lives: 30, beat: { ...BEAT, answerWithinMs: 2_000 }, patienceMs: 2_000 });
      await page.received(12);
      await far.dropPackets();
      await stage.watch(5_000);
      await far.dropNoPackets();
      await page.opened(2);
      const { received } = await page.seen();
      await page.received(received + 6);
    },
  },
  {
    name: 'link-down',
    family: 'network',
    what: 'the cable to the server is pulled out',
    causes: ['half-open', 'offline'],
    needs: ['netns'],
    place: 'alone',
    async run(stage) {
      const far = stage.namespace();
      const server = await startProcess(stage, { host: far.host, prefix: far.prefix, behaviour: { pongs: true } });
      const page = await stage.open();
      await page.start({ url: server.url, beat: BEAT });
      await page.received(12);
      await far.linkDown();
      await stage.watch(8_000);
    },
  },
  {
    name: 'offline-and-back',
    family: 'network',
    what: 'the network is cut and the browser taken offline for 4 s; the page gives the connection up when it hears of it',
    causes: ['offline'],
    needs: ['netns'],
    place: 'alone',
    async run(stage) {
      const far = stage.namespace();
      const server = await startProcess(stage, { host: far.host, prefix: far.prefix, behaviour: { pongs: true } });
      const page = await stage.open();
      await page.start({ url: server.url, lives: 30, beat: { ...BEAT, answerWithinMs: 2_000 }, patienceMs: 2_000 });
      await page.received(12);
      await far.dropPackets();
      await stage.browser.setOffline(true);
      stage.onEnd(() => stage.browser.setOffline(false));
      await stage.watch(4_000);
      await far.dropNoPackets();
      await stage.browser.setOffline(false);
      await page.opened(2);
      const { received } = await page.seen();
      await page.received(received + 6);
    },
  },
];
