import { describe, expect, it } from 'vitest';
import type { PanelRequest } from '../../protocol/panel-link.ts';
import { connectionFixture } from '../models/fixtures.ts';
import type { PanelNews } from './panel-link.ts';
import { createPortLink, FIRST_DELAY_MS, MAX_DELAY_MS, type Port, STABLE_MS } from './port-link.ts';

/** A background that can be killed, and a clock that stands still until it is moved. */
function createWorld() {
  const ports: { readonly sent: PanelRequest[]; isBroken: boolean; say(message: unknown): void; lose(): void }[] = [];
  const news: PanelNews[] = [];
  const timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  let nowMs = 0;
  let orphaned = 0;
  let isExtensionGone = false;

  const link = createPortLink({
    tabId: 7,
    openPort: (name): Port => {
      if (isExtensionGone) throw new Error('Extension context invalidated.');
      expect(name).toBe('panel');
      let onMessage = (_message: unknown) => {};
      let onDisconnect = () => {};
      const port = {
        sent: [] as PanelRequest[],
        isBroken: false,
        say: (message: unknown) => onMessage(message),
        lose: () => onDisconnect(),
      };
      ports.push(port);
      return {
        post: (message) => {
          if (port.isBroken) return false;
          port.sent.push(message as PanelRequest);
          return true;
        },
        onMessage: (listener) => {
          onMessage = listener;
        },
        onDisconnect: (listener) => {
          onDisconnect = listener;
        },
      };
    },
    nowMs: () => nowMs,
    callAfter: (delayMs, callback) => {
      timers.push({ atMs: nowMs + delayMs, callback });
    },
  });
  return {
    link,
    ports,
    news,
    open: () =>
      link.open({
        onNews: (said) => news.push(said),
        onOrphaned: () => {
          orphaned++;
        },
      }),
    port: () => {
      const last = ports.at(-1);
      if (!last) throw new Error('No port was opened.');
      return last;
    },
    advance: (ms: number) => {
      nowMs += ms;
      for (const timer of timers.splice(0)) {
        if (timer.atMs <= nowMs) timer.callback();
        else timers.push(timer);
      }
    },
    removeExtension: () => {
      isExtensionGone = true;
    },
    orphaned: () => orphaned,
  };
}

const attached = (sessionId: string) => ({ kind: 'attached', sessionId, recording: true });

describe('the link to the background', () => {
  it('attaches first, and passes on what it is told', () => {
    const world = createWorld();
    world.open();
    world.port().say(attached('s1'));
    expect(world.port().sent).toEqual([{ kind: 'attach', tabId: 7, sessionId: null }]);
    expect(world.news).toEqual([attached('s1')]);
  });

  it('connects again at once when the background died, and goes on with its session', () => {
    const world = createWorld();
    world.open();
    world.port().say(attached('s1'));
    world.advance(STABLE_MS);
    world.port().lose();
    expect(world.ports.length).toBe(2);
    expect(world.port().sent).toEqual([{ kind: 'attach', tabId: 7, sessionId: 's1' }]);
  });

  it('waits longer and longer while the background dies at birth', () => {
    const world = createWorld();
    world.open();
    world.port().lose();
    expect(world.ports.length).toBe(2);
    for (let delayMs = FIRST_DELAY_MS; delayMs < 4 * MAX_DELAY_MS; delayMs *= 2) {
      const before = world.ports.length;
      const waitMs = Math.min(delayMs, MAX_DELAY_MS);
      world.port().lose();
      world.advance(waitMs - 1);
      expect(world.ports.length).toBe(before);
      world.advance(1);
      expect(world.ports.length).toBe(before + 1);
    }
  });

  it('hears nothing of a port that it has lost', () => {
    const world = createWorld();
    world.open();
    const first = world.port();
    first.lose();
    first.say(attached('old'));
    first.lose();
    expect(world.news).toEqual([]);
    expect(world.ports.length).toBe(2);
  });

  it('delivers later what could not be delivered, but drops nothing late', async () => {
    const world = createWorld();
    world.open();
    world.port().isBroken = true;
    world.link.setRecording(false);
    expect(world.port().sent).toEqual([
      { kind: 'attach', tabId: 7, sessionId: null },
      { kind: 'setRecording', on: false },
    ]);
    world.port().isBroken = true;
    await expect(world.link.drop('doc/1')).resolves.toBe('unanswered');
    world.advance(FIRST_DELAY_MS);
    expect(world.port().sent.map(({ kind }) => kind)).toEqual(['attach']);
  });

  it('tells each drop its own outcome', async () => {
    const world = createWorld();
    world.open();
    const outcomes = [world.link.drop('doc/1'), world.link.drop('doc/2')];
    world.port().say({ kind: 'dropped', requestId: 2, outcome: 'alreadyClosed' });
    world.port().say({ kind: 'dropped', requestId: 1, outcome: 'done' });
    await expect(Promise.all(outcomes)).resolves.toEqual(['done', 'alreadyClosed']);
    expect(world.news).toEqual([]);
  });

  it('says that drops are unanswered when the background dies over them', async () => {
    const world = createWorld();
    world.open();
    const outcome = world.link.drop('doc/1');
    world.port().lose();
    await expect(outcome).resolves.toBe('unanswered');
  });

  it('passes on what DevTools tell, and gives what is known afterwards', async () => {
    const world = createWorld();
    world.open();
    const connection = connectionFixture({ nextSeq: 4 });
    const [one, other] = [world.link.tellReports('doc/1', []), world.link.tellReports('doc/2', [])];
    world.port().say({ kind: 'devtoolsWritten', requestId: 2, connection: null });
    world.port().say({ kind: 'devtoolsWritten', requestId: 1, connection });
    await expect(Promise.all([one, other])).resolves.toEqual([connection, null]);
    const lost = world.link.tellReports('doc/1', []);
    world.port().lose();
    await expect(lost).resolves.toBeNull();
    expect(world.news).toEqual([]);
  });

  it('gives up when the extension is gone', () => {
    const world = createWorld();
    world.open();
    world.removeExtension();
    world.port().lose();
    world.advance(10 * MAX_DELAY_MS);
    expect(world.orphaned()).toBe(1);
    expect(world.ports.length).toBe(1);
  });
});
