/**
 * The promise: a frame is recorded once, in order, whatever happens to the background. The real content relay and the
 * real background, over ports that deliver in any order between them, while the background is killed between any two
 * steps: messages under way are lost, transactions under way are undone or committed without anybody hearing of it.
 */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFakeDocument, type FakeDocument } from '../content/fake-document.ts';
import { textOf } from '../protocol/frame-columns.ts';
import { PANEL_PORT, type PanelUpdate } from '../protocol/panel-link.ts';
import { RELAY_PORT } from '../protocol/relay.ts';
import { createStore } from '../store/open.ts';
import { readChunks, readPayload, readSession } from '../store/reader.ts';
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts';

const TAB = 7;

/** Other steps each time: it is many runs of the tests, not many runs in one, that look everywhere. */
const RUNS = 50;

type Step =
  | { readonly do: 'frames'; readonly document: number; readonly connection: number; readonly count: number }
  | { readonly do: 'open' | 'cache'; readonly document: number }
  | { readonly do: 'deliver'; readonly lanes: readonly number[] }
  | { readonly do: 'turns' | 'microtasks' | 'advance'; readonly count: number }
  | { readonly do: 'kill'; readonly abort: boolean };

const oneOf2 = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('frames' as const),
      document: oneOf2,
      connection: fc.nat(2),
      // Now and then more than fits into one chunk of the store.
      count: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.integer({ min: 100, max: 400 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'cache' as const), document: oneOf2 }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), lanes: fc.array(fc.nat(9), { maxLength: 6 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('turns' as const, 'microtasks' as const), count: fc.nat(8) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), count: fc.nat(1_500) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('kill' as const), abort: fc.boolean() }) },
);

/** A panel that is there all the time, as far as the background lets it. Gives the session that it was told last. */
function openPanel(browser: FakeBrowser): () => string {
  let sessionId: string | null = null;
  const connect = () => {
    const port = browser.connect(
      PANEL_PORT,
      { tabId: null, frameId: null, isExtensionPage: true },
      (message) => {
        const update = message as PanelUpdate;
        if (update.kind === 'attached') sessionId = update.sessionId;
        if (update.kind === 'storeFailed') throw new Error(update.detail);
      },
      connect,
    );
    port.post({ kind: 'attach', tabId: TAB, sessionId });
  };
  connect();
  return () => sessionId ?? '';
}

interface Actor {
  readonly document: FakeDocument;
  /** Frames of each connection so far. */
  readonly counts: number[];
}

function openDocument(browser: FakeBrowser, frameId: number): Actor {
  const document = createFakeDocument({
    nowMs: browser.nowMs,
    callAfter: browser.callAfter,
    connect: (onMessage, onDisconnect) =>
      browser.connect(RELAY_PORT, { tabId: TAB, frameId, isExtensionPage: false }, onMessage, onDisconnect),
  });
  document.open();
  return { document, counts: [0] };
}

async function take(step: Step, browser: FakeBrowser, actors: readonly Actor[]): Promise<void> {
  switch (step.do) {
    case 'frames': {
      const actor = actors[step.document];
      if (!actor || step.connection >= actor.counts.length) return;
      actor.document.frames(step.connection, step.count);
      actor.counts[step.connection] = (actor.counts[step.connection] ?? 0) + step.count;
      return;
    }
    case 'open':
      actors[step.document]?.document.open();
      actors[step.document]?.counts.push(0);
      return;
    case 'cache': // into the back/forward cache and back
      actors[step.document]?.document.relay.onPageHide(true);
      actors[step.document]?.document.relay.onPageShow();
      return;
    case 'deliver':
      for (const lane of step.lanes) browser.deliver((count) => lane % Math.max(count, 1));
      return;
    case 'turns':
      for (let i = 0; i < step.count; i++) await new Promise((resolve) => setImmediate(resolve));
      return;
    case 'microtasks':
      for (let i = 0; i < step.count; i++) await Promise.resolve();
      return;
    case 'advance':
      browser.advance(step.count);
      return;
    case 'kill':
      browser.kill(step.abort);
  }
}

/** Delivers everything, with all delays that may still run. */
async function comeToRest(browser: FakeBrowser): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await browser.settle();
    browser.advance(6_000);
  }
  await browser.settle();
}

/** The texts of all frames, per URL of a connection and frame of the tab. */
async function storedTexts(sessionId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const store = createStore();
  const database = await store.open();
  const stored = await readSession(database, sessionId);
  const found = new Map<string, readonly string[]>();
  for (const { documentId, connectionId, connection, framesMissed, nextSeq } of stored?.connections ?? []) {
    const document = stored?.documents.find((row) => row.documentId === documentId);
    const texts: string[] = [];
    for (const { firstSeq, count } of await readChunks(database, connectionId, 0, nextSeq)) {
      const payload = await readPayload(database, connectionId, firstSeq);
      for (let i = 0; i < count; i++) texts.push(payload ? textOf(payload, i) : 'missing');
    }
    const name = `${document?.frameId}:${connection}`;
    expect([name, found.has(name), framesMissed, document?.rejected]).toEqual([name, false, 0, 0]);
    found.set(name, texts);
  }
  store.close();
  return found;
}

it('every frame is stored once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 100, size: 'max' }), async (isSettled, steps) => {
      globalThis.indexedDB = new IDBFactory();
      const browser = createFakeBrowser();
      const actors = [0, 1].map((frameId) => openDocument(browser, frameId));
      browser.onTabMessage(() => {
        for (const { document } of actors) document.relay.onWake();
      });
      const session = openPanel(browser);
      if (isSettled) await browser.settle();
      for (const one of steps) await take(one, browser, actors);
      await comeToRest(browser);

      const stored = await storedTexts(session());
      const expected = actors.flatMap(({ counts }, frameId) =>
        counts.map((count, connection) => [`${frameId}:${connection}`, count] as const),
      );
      for (const [name, count] of expected) {
        const connection = name.split(':')[1];
        expect(stored.get(name)?.join(' ')).toBe(
          Array.from({ length: count }, (_, seq) => `${connection}:${seq}`).join(' '),
        );
      }
      expect(stored.size).toBe(expected.length);
    }),
    { numRuns: RUNS },
  );
}, 60_000);
