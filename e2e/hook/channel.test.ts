/**
 * The way from the page's world to the content script, in a real extension: isolated world, Xrays and all. The extension
 * is made for this test; its page script is the real one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import { bundleScript } from './bundle.ts';
import { type HookServer, startServer } from './server.ts';

interface Heard {
  readonly frames: readonly string[];
  readonly kinds: readonly string[];
  readonly refused: number;
  readonly isOwnRealm: boolean;
}

const script = {
  matches: ['<all_urls>'],
  run_at: 'document_start',
  all_frames: true,
  match_about_blank: true,
  match_origin_as_fallback: true,
};
const MANIFEST = {
  manifest_version: 3,
  name: 'Channel fixture',
  version: '1',
  background: { service_worker: 'background.js', scripts: ['background.js'] },
  host_permissions: ['<all_urls>'],
  browser_specific_settings: { gecko: { id: 'channel-fixture@socketscope.invalid' } },
  content_scripts: [
    { ...script, js: ['isolated.js'] },
    { ...script, js: ['page.js'], world: 'MAIN' },
  ],
};

/** Its first inline script opens a socket, and listens for anything that the hand-off might have left behind. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>channel</title>
<link rel="icon" href="data:,">
<script>
  for (const target of [window, document]) {
    target.addEventListener('socketscope-handoff', () => document.documentElement.setAttribute('data-leaked', 'page'), true);
  }
  var socket = new WebSocket(location.origin.replace('http', 'ws') + '/echo');
  var opened = new Promise((resolve) => socket.addEventListener('open', resolve));
  var next = () => new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
  var heardBy = (name) => JSON.parse(document.documentElement.getAttribute('data-' + name));
</script>
<body></body>
`;

const CHILD = `<!doctype html>
<script>
  var socket = new WebSocket(location.origin.replace('http', 'ws') + '/echo');
  var opened = new Promise((resolve) => socket.addEventListener('open', resolve));
  addEventListener('pagehide', () => socket.send('in pagehide'));
</script>
`;

/** What the inline scripts of the pages above declare. */
interface PageGlobals {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  next(): Promise<MessageEvent>;
  heardBy(name: string): Heard;
}

for (const kind of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(kind))(`the channel in ${kind}`, () => {
    let browser: Browser | undefined;
    let server: HookServer;
    let tab: Tab;
    const folder = createTemporaryFolder('channel');

    beforeAll(async () => {
      const extensionDir = join(folder.path, 'extension');
      mkdirSync(extensionDir);
      const [isolated, page] = await Promise.all([
        bundleScript('e2e/hook/isolated.iife.ts'),
        bundleScript('src/page/page.iife.ts', { minify: true }),
      ]);
      const files = { 'manifest.json': JSON.stringify(MANIFEST), 'background.js': '', 'isolated.js': isolated };
      for (const [name, text] of Object.entries({ ...files, 'page.js': page })) {
        writeFileSync(join(extensionDir, name), text);
      }
      server = await startServer({ 'index.html': PAGE, 'child.html': CHILD });
      browser = await launchBrowser(kind, { extensionDir });
      tab = await browser.newTab();
    });
    afterAll(async () => {
      await browser?.close();
      await server.close();
      folder.remove();
    });

    it('is synchronous, and what comes through belongs to the realm of the content script', async () => {
      await tab.goto(`${server.origin}/native/`);
      const { before, after } = await tab.evaluate(async () => {
        const { socket, opened, next, heardBy } = window as unknown as PageGlobals;
        await opened;
        socket.send('text');
        await next();
        socket.binaryType = 'arraybuffer';
        socket.send(Uint8Array.of(1, 2, 3));
        await next();
        document.dispatchEvent(new Event('flush-now'));
        // Nothing has been awaited since.
        const before = heardBy('top');
        socket.send('later');
        document.dispatchEvent(new Event('flush-now'));
        return { before, after: heardBy('top') };
      });
      expect(before).toMatchObject({ refused: 0, isOwnRealm: true, frames: ['text', 'text', '1,2,3', '1,2,3'] });
      expect(before.kinds.slice(0, 2)).toEqual(['connectionCreated', 'connectionOpened']);
      expect(after.frames).toEqual([...before.frames, 'later']);
    });

    it('is handed over unseen, before the first script of the page', async () => {
      await tab.goto(`${server.origin}/native/`);
      const leaked = await tab.evaluate(() => document.documentElement.getAttribute('data-leaked'));
      expect(leaked).toBeNull();
    });

    it('survives document.open()', async () => {
      await tab.goto(`${server.origin}/native/`);
      const heard = await tab.evaluate(async () => {
        const frame = document.createElement('iframe');
        frame.src = 'child.html?child';
        document.body.append(frame);
        await new Promise((resolve) => frame.addEventListener('load', resolve));
        const inner = frame.contentWindow as Window & typeof globalThis;
        inner.document.open();
        inner.document.write('<p>written</p>');
        inner.document.close();
        const socket = new inner.WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
        await new Promise((resolve) => socket.addEventListener('open', resolve));
        socket.send('after document.open()');
        await new Promise((resolve) => socket.addEventListener('message', resolve));
        socket.send('last');
        frame.remove();
        return (window as unknown as PageGlobals).heardBy('child');
      });
      expect(heard.frames).toEqual(['after document.open()', 'after document.open()', 'last']);
    });

    it.each([
      ['is removed', 'remove'],
      ['is navigated', 'navigate'],
    ])('brings the last frames when a frame %s', async (_, way) => {
      await tab.goto(`${server.origin}/native/`);
      await tab.evaluate(async (how) => {
        const frame = document.createElement('iframe');
        frame.src = 'child.html?child';
        document.body.append(frame);
        await new Promise((resolve) => frame.addEventListener('load', resolve));
        const { opened, socket } = frame.contentWindow as unknown as PageGlobals;
        await opened;
        socket.send('last');
        if (how === 'remove') frame.remove();
        else {
          frame.src = 'about:blank';
          await new Promise((resolve) => frame.addEventListener('load', resolve));
        }
      }, way);
      const heard = await tab.evaluate(() => (window as unknown as PageGlobals).heardBy('child'));
      expect(heard.refused).toBe(0);
      // The echo of the one may or may not have come in between.
      expect([heard.frames[0], heard.frames.at(-1)]).toEqual(['last', 'in pagehide']);
    });
  });
}
