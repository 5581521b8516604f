/** Networks that are really cut: a cable between two network namespaces, and packets that vanish on it. */
import type { CauseCase } from '../case.ts';
import type { ClientOptions } from '../page.ts';
import { PING } from '../servers/node.ts';
import { startProcess } from '../servers/process.ts';
import type { RecordedPage, Stage } from '../stage.ts';

const BEAT = { text: PING, everyMs: 500 };
/** Gives a connection up that does not answer, and opens another. */
const IMPATIENT: Partial<ClientOptions> = { lives: 30, beat: { ...BEAT, answerWithinMs: 2_000 }, patienceMs: 2_000 };

/** A page and a server with a cable between them, in the middle of their conversation. */
async function beatAcross(stage: Stage, options: Partial<ClientOptions> = {}) {
  const far = stage.namespace();
  const server = await startProcess(stage, { host: far.host, prefix: far.prefix, behaviour: { pongs: true } });
  const page = await stage.open();
  await page.start({ url: server.url, beat: BEAT, ...options });
  await page.received(12);
  return { far, page };
}

/** It has a second connection, and frames come over it. */
async function comesBack(page: RecordedPage): Promise<void> {
  await page.opened(2);
  const { received } = await page.seen();
  await page.received(received + 6);
}

export const NETWORK_CASES: readonly CauseCase[] = [
  {
    name: 'packets-dropped',
    family: 'network',
    what: 'packets to and from the server vanish without a word: the page pings on, nobody answers',
    causes: ['half-open'],
    needs: ['netns'],
    async run(stage) {
      const { far } = await beatAcross(stage);
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
      const { far, page } = await beatAcross(stage, IMPATIENT);
      await far.dropPackets();
      await stage.watch(5_000);
      await far.dropNoPackets();
      await comesBack(page);
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
      const { far } = await beatAcross(stage);
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
      const { far, page } = await beatAcross(stage, IMPATIENT);
      await far.dropPackets();
      await stage.browser.setOffline(true);
      stage.onEnd(() => stage.browser.setOffline(false));
      await stage.watch(4_000);
      await far.dropNoPackets();
      await stage.browser.setOffline(false);
      await comesBack(page);
    },
  },
];
