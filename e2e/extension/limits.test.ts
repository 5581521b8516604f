/** Limits at work in the real extension: what a user wants kept of payloads, and a store that is slower than the page. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { openPanelClient, type PanelClient } from './panel-client.ts';
import { type Site, startSite } from './site.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`limits in ${kind}`, () => suite(kind));

/** To hold a store back is hard work for a machine of two cores: Firefox needs more than a minute there. */
const SLOW_STORE_MS = 240_000;

interface TestPage {
  socket: WebSocket;
  letGo(): void;
}

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let site: Site;
  let tab: Tab;
  let panel: Tab;
  let client: PanelClient;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]) }), startSite()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
  });
  afterEach(async () => {
    await client?.detach();
    await Promise.all([panel, client?.tab, tab].map((one) => one?.close()));
  });

  /** A page with an open socket, its panel, and a client that reads what is stored. Gives the session's id. */
  async function open(): Promise<string> {
    tab = await browser.newTab(`${site.origin}/page`);
    const tabId = await tab.extensionTabId();
    panel = await browser.newTab(`${browser.extensionOrigin}/src/panel/panel.html?tab=${tabId}`);
    await panel.waitFor(() => document.querySelector('.status-recording'));
    client = await openPanelClient(browser);
    const sessionId = await client.attach(tabId);
    await tab.evaluate(async (url) => {
      const socket = new WebSocket(url);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      Object.assign(window, { socket });
    }, `${site.wsOrigin}/sink`);
    await client.readUntil(sessionId, ({ connections }) => connections[0]?.openedAtMs != null);
    return sessionId;
  }

  const send = (count: number, chars: number) =>
    tab.evaluate(
      async (frames: number, length: number) => {
        const { socket } = globalThis as unknown as TestPage;
        for (let i = 0; i < frames; i++) {
          socket.send('x'.repeat(length));
          // The page script hands over in tasks of its own.
          await new Promise((resolve) => setTimeout(resolve));
        }
      },
      count,
      chars,
    );

  const waitForStatus = (text: string) =>
    panel.waitFor((wanted: string) => document.querySelector('.status')?.textContent?.includes(wanted), text);

  it('keeps of payloads what the settings say, at once and in all that follows', async () => {
    const sessionId = await open();
    await send(1, 3_000);
    await client.readUntil(sessionId, ({ connections }) => connections[0]?.texts.length === 1);
    await panel.click('button[aria-label=Settings]');
    await panel.click('.settings-field:first-of-type input');
    await panel.evaluate(() => document.querySelector<HTMLInputElement>('[name=keptPayloadBytes]')?.select());
    await panel.type('1');
    await panel.press('Enter');
    await panel.waitFor(() => !document.querySelector('dialog'));
    await client.tab.waitFor(() => {
      const { socketscopeClient } = globalThis as unknown as {
        socketscopeClient: { updates: { kind: string; settings?: { keptPayloadBytes: number } }[] };
      };
      return socketscopeClient.updates.some(({ settings }) => settings?.keptPayloadBytes === 1024);
    });
    await send(1, 3_000);
    const { connections } = await client.readUntil(sessionId, (read) => read.connections[0]?.texts.length === 2);
    expect(connections[0]?.texts.map(({ length }) => length)).toEqual([3_000, 1_024]);
    expect(connections[0]?.bytesOut).toBe(6_000);

    // The next worker, and the next panel, know them.
    await browser.killBackground();
    await send(1, 2_000);
    const later = await client.readUntil(sessionId, (read) => read.connections[0]?.texts.length === 3);
    expect(later.connections[0]?.texts.map(({ length }) => length)).toEqual([3_000, 1_024, 1_024]);
    await panel.click('button[aria-label=Settings]');
    expect(await panel.evaluate(() => document.querySelector<HTMLInputElement>('[name=keptPayloadBytes]')?.value)).toBe(
      '1',
    );
    await panel.click('.settings-reset');
    await panel.click('.settings .button-primary');
    await panel.waitFor(() => !document.querySelector('dialog'));
  });

  it(
    'says what is held back while the store is slow, and counts what had to be left out',
    async () => {
      const sessionId = await open();
      // Nobody else's transaction begins while this one lasts, and it lasts as long as it is asked for something.
      await client.tab.evaluate(async () => {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open('socketscope');
          request.onsuccess = () => resolve(request.result);
        });
        let isHeld = true;
        const stores = ['sessions', 'documents', 'connections', 'chunks', 'payloads', 'contents', 'context'];
        const rows = database.transaction(stores, 'readwrite').objectStore('sessions');
        await new Promise<void>((resolve) => {
          const ask = () => {
            const request = rows.count();
            request.onsuccess = () => {
              resolve();
              if (isHeld) ask();
              else database.close();
            };
          };
          ask();
        });
        (globalThis as unknown as TestPage).letGo = () => {
          isHeld = false;
        };
      });
      const chars = 500_000; // a megabyte in memory
      await send(16, chars);
      await waitForStatus('wait to be stored');
      await send(24, chars);
      await waitForStatus('payloads are being left out');
      await client.tab.evaluate(() => (globalThis as unknown as TestPage).letGo());
      await panel.waitFor(() => !document.querySelector('.status')?.textContent?.includes('wait to be stored'));
      const read = await client.readUntil(sessionId, ({ connections }) => connections[0]?.framesOut === 40);
      const [connection] = read.connections;
      const leftOut = connection?.texts.filter((text) => text === '').length ?? 0;
      expect(connection).toMatchObject({ framesMissed: 0, bytesOut: 40 * chars });
      expect(leftOut).toBeGreaterThan(0);
      expect(read.documents[0]?.payloadsLeftOut).toBe(leftOut);
      await waitForStatus(`${leftOut} payload${leftOut === 1 ? '' : 's'} left out`);
    },
    SLOW_STORE_MS,
  );
}
