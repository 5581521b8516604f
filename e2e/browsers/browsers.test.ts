/**
 * The drivers against the real browsers: the same assertions for both, so that a test written for one runs in the other.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Tab } from './browser.ts';
import { writeFixtureExtension } from './fixture-extension.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from './launch.ts';
import { createTemporaryFolder } from './leftovers.ts';
import { waitUntil } from './wait.ts';

const PAGES: Readonly<Record<string, { readonly html: string; readonly csp?: string }>> = {
  '/': {
    html: `<title>Page</title><button id="count">0</button><input id="text"><div id="cover" hidden></div>
      <style>#cover { position: fixed; inset: 0; background: silver } body { background: orange }</style>
      <script>
        isArrayOfPage = (value) => value instanceof Array;
        document.querySelector('#count').onclick = ({ target, isTrusted }) => {
          if (isTrusted) target.textContent = Number(target.textContent) + 1;
        };
        onkeydown = ({ key, shiftKey }) => { document.body.dataset.key = (shiftKey ? 'shift ' : '') + key; };
      </script>`,
  },
  '/strict': { html: '<title>Strict</title>', csp: "default-src 'none'; require-trusted-types-for 'script'" },
  '/talking': {
    html: `<script>
        console.log('said', 1, null);
        console.warn('warned');
        setTimeout(() => { throw new TypeError('thrown') });
        Promise.reject(new RangeError('rejected'));
      </script>`,
  },
  '/slow': { html: '<img src="/slow-image">' },
};

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const page = PAGES[request.url ?? ''];
    if (page === undefined) {
      // A picture that comes late: the page's load event waits for it.
      setTimeout(() => response.writeHead(404).end(), request.url === '/slow-image' ? 300 : 0);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (page.csp !== undefined) {
      response.setHeader('Content-Security-Policy', page.csp);
    }
    response.end(`<!doctype html><link rel="icon" href="data:,">${page.html}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Globals of the fixture's pages that the functions below use. */
interface FixtureGlobals {
  readonly isArrayOfPage: (value: unknown) => boolean;
  readonly bootId: string;
  readonly boots: readonly string[];
}

/** Width and height of a PNG file, from its header. */
function pngSize(path: string): { readonly width: number; readonly height: number; readonly bytes: number } {
  const file = readFileSync(path);
  expect(file.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20), bytes: file.length };
}

for (const kind of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(kind))(kind, () => {
    const folder = createTemporaryFolder('test');
    let browser: Browser;
    let tab: Tab;

    beforeAll(async () => {
      browser = await launchBrowser(kind, { extensionDir: writeFixtureExtension(folder.path) });
      tab = await browser.newTab(`${origin}/`);
    });

    afterAll(async () => {
      await browser?.close();
      folder.remove();
    });

    describe('a realm', () => {
      test('takes arguments and gives results', async () => {
        expect(await tab.evaluate((a: number, b: { c: string[] }) => [a + 1, b], 1, { c: ['ü', '😀'] })).toEqual([
          2,
          { c: ['ü', '😀'] },
        ]);
        expect(await tab.evaluate(() => Promise.resolve('later'))).toBe('later');
        expect(await tab.evaluate(() => undefined)).toBeUndefined();
      });

      test('evaluates several functions at the same time', async () => {
        const released = tab.evaluate(() => new Promise((resolve) => Object.assign(window, { release: resolve })));
        await tab.waitFor(() => 'release' in window);
        expect(await Promise.all([1, 2, 3].map((n) => tab.evaluate((value: number) => value * 2, n)))).toEqual([
          2, 4, 6,
        ]);
        await tab.evaluate(() => (window as unknown as { release(value: string): void }).release('now'));
        expect(await released).toBe('now');
      });

      test("is the page's own: its globals, its built-ins", async () => {
        expect(
          await tab.evaluate(() => {
            const { isArrayOfPage } = window as unknown as FixtureGlobals;
            return [globalThis === window, isArrayOfPage([]), new Error('') instanceof window.Error];
          }),
        ).toEqual([true, true, true]);
      });

      test('rejects with what was thrown in it', async () => {
        await expect(
          tab.evaluate(() => {
            throw new TypeError('on purpose');
          }),
        ).rejects.toThrow('TypeError: on purpose');
      });

      test('can be evaluated in although the page forbids eval', async () => {
        const strict = await browser.newTab(`${origin}/strict`);
        expect(await strict.evaluate(() => document.title)).toBe('Strict');
        await strict.close();
      });

      test('waits for a condition, across a navigation', async () => {
        const other = await browser.newTab(`${origin}/strict`);
        await other.evaluate((url) => {
          location.href = url;
        }, `${origin}/`);
        expect(await other.waitFor(() => document.title === 'Page' && document.title)).toBe('Page');
        await other.close();
      });
    });

    describe('a tab', () => {
      test('is loaded when goto and reload resolve', async () => {
        const other = await browser.newTab();
        await other.goto(`${origin}/slow`);
        expect(await other.evaluate(() => document.readyState)).toBe('complete');
        await other.reload();
        expect(await other.evaluate(() => document.readyState)).toBe('complete');
        await other.close();
      });

      test('rejects when a page cannot be loaded, and can be used afterwards', async () => {
        const other = await browser.newTab();
        await expect(other.goto('http://no-such-host.invalid/')).rejects.toThrow();
        await expect(other.goto('http://127.0.0.1:9/')).rejects.toThrow();
        await other.goto(`${origin}/`);
        expect(await other.evaluate(() => document.title)).toBe('Page');
        await other.close();
      });

      test('is clicked for real, also when it is not the one in front', async () => {
        const other = await browser.newTab(`${origin}/`);
        await tab.click('#count');
        await other.click('#count');
        expect(await tab.evaluate(() => document.querySelector('#count')?.textContent)).toBe('1');
        expect(await other.evaluate(() => document.querySelector('#count')?.textContent)).toBe('1');
        await other.close();
      });

      test('is not clicked through something that covers the element', async () => {
        await tab.evaluate(() => {
          const cover = document.querySelector<HTMLElement>('#cover');
          cover?.toggleAttribute('hidden', false);
          setTimeout(() => cover?.toggleAttribute('hidden', true), 200);
        });
        await tab.click('#count');
        expect(await tab.evaluate(() => document.querySelector('#count')?.textContent)).toBe('2');
      });

      test('takes keys', async () => {
        await tab.click('#text');
        await tab.type('häl lo 😀');
        await tab.press('Backspace');
        expect(await tab.evaluate(() => document.querySelector<HTMLInputElement>('#text')?.value)).toBe('häl lo ');
        await tab.press('Shift+ArrowLeft');
        expect(await tab.evaluate(() => document.body.dataset.key)).toBe('shift ArrowLeft');
        await expect(tab.press('Shft+A')).rejects.toThrow('Shft');
      });

      test('remembers what the page said and threw', async () => {
        const other = await browser.newTab(`${origin}/talking`);
        await waitUntil('four lines', async () => {
          await other.evaluate(() => 0);
          return other.consoleLines().length >= 4;
        });
        expect([...other.consoleLines()].sort()).toEqual([
          'error: RangeError: rejected',
          'error: TypeError: thrown',
          'log: said 1 null',
          'warning: warned',
        ]);
        expect(tab.consoleLines()).toEqual([]);
        await other.close();
      });

      test('is pictured', async () => {
        const path = join(folder.path, 'page.png');
        await tab.screenshot(path);
        const { width, height, bytes } = pngSize(path);
        expect([width, height].every((size) => size > 300)).toBe(true);
        expect(bytes).toBeGreaterThan(1000);
      });
    });

    describe('the extension', () => {
      test('has an origin, and its content scripts run', async () => {
        expect(browser.extensionOrigin).toMatch(/^(chrome|moz)-extension:\/\/[\w-]+$/);
        expect(await tab.evaluate(() => document.documentElement.dataset.contentScript)).toBe('was here');
      });

      test('opens in ordinary tabs, several at the same time', async () => {
        const url = `${browser.extensionOrigin}/panel.html`;
        const pages = await Promise.all([browser.newTab(url), browser.newTab(url), browser.newTab(url)]);
        expect(await Promise.all(pages.map((page) => page.evaluate(() => document.title)))).toEqual(
          Array(3).fill('Panel'),
        );
        await Promise.all(pages.map((page) => page.close()));
      });

      test('has a background, which can be killed and wakes again', async () => {
        const background = await browser.background();
        const readBootId = () => background.evaluate(() => (globalThis as unknown as FixtureGlobals).bootId);
        const bootIds = [await readBootId()];
        for (let kills = 0; kills < 3; kills += 1) {
          await browser.killBackground();
          bootIds.push(await readBootId());
        }
        expect(new Set(bootIds).size).toBe(4);
        await expect(background.click('body')).rejects.toThrow('no document');
      });

      test('is loaded anew', async () => {
        const background = await browser.background();
        const before = await background.evaluate(() => (globalThis as unknown as FixtureGlobals).bootId);
        await browser.reloadExtension();
        expect(await background.evaluate(() => (globalThis as unknown as FixtureGlobals).bootId)).not.toBe(before);
        await tab.reload();
        expect(await tab.evaluate(() => document.documentElement.dataset.contentScript)).toBe('was here');
      });
    });

    describe('the panel', () => {
      test('opens in the real DevTools, late, and is used with mouse and keys', async () => {
        const panel = await browser.openPanel(tab);
        expect(await panel.evaluate(() => location.href)).toBe(`${browser.extensionOrigin}/panel.html`);
        await panel.click('#count');
        await panel.click('#below');
        await panel.click('#text');
        await panel.type('filter');
        await panel.press('Shift+D');
        expect(
          await panel.evaluate(() => [
            ...Array.from(document.querySelectorAll('button'), ({ textContent }) => textContent),
            document.querySelector<HTMLInputElement>('#text')?.value,
            document.body.dataset.key,
          ]),
        ).toEqual(['1', '1', 'filterD', 'shift D']);
        await panel.close();
      });

      test('belongs to its tab', async () => {
        const other = await browser.newTab(`${origin}/`);
        const panels = [await browser.openPanel(tab), await browser.openPanel(other)];
        const tabIds = [];
        for (const panel of panels) {
          tabIds.push(Number(await panel.evaluate(() => document.body.dataset.tabId)));
        }
        expect(tabIds).toEqual([await tab.extensionTabId(), await other.extensionTabId()]);
        expect(new Set(tabIds).size).toBe(2);
        expect(await tab.evaluate(() => document.title)).toBe('Page');
        await Promise.all(panels.map((panel) => panel.close()));
        await other.close();
      });

      test('knows the theme, and is pictured in it', async () => {
        for (const dark of [true, false]) {
          const panel = await browser.openPanel(tab, { dark });
          expect(await panel.evaluate(() => document.body.dataset.theme === 'dark')).toBe(dark);
          const path = join(folder.path, `panel-${dark}.png`);
          await panel.screenshot(path);
          const { width, height, bytes } = pngSize(path);
          expect(width).toBe(1400);
          expect(height).toBeGreaterThan(700);
          expect(bytes).toBeGreaterThan(5000);
          await panel.close();
        }
      });

      test('sees the background die and come back', async () => {
        const panel = await browser.openPanel(tab);
        await panel.waitFor(() => (globalThis as unknown as FixtureGlobals).boots.length === 1);
        await browser.killBackground();
        await panel.waitFor(() => (globalThis as unknown as FixtureGlobals).boots.length === 2);
        expect(await panel.evaluate(() => new Set((globalThis as unknown as FixtureGlobals).boots).size)).toBe(2);
        await panel.close();
      });
    });
  });

  describe.skipIf(!isInstalled(kind))(`${kind} without an extension`, () => {
    test('runs pages, has no panel, and leaves nothing behind when it is closed', async () => {
      const folder = createTemporaryFolder('test');
      const temporaryDir = process.env.TMPDIR;
      process.env.TMPDIR = folder.path;
      try {
        const browser = await launchBrowser(kind, { colorScheme: 'dark' });
        const tab = await browser.newTab(`${origin}/`);
        expect(browser.extensionOrigin).toBeNull();
        expect(browser.version).toMatch(/^\d+\./);
        expect(await tab.evaluate(() => document.documentElement.dataset.contentScript)).toBeUndefined();
        expect(await tab.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
        await expect(browser.openPanel(tab)).rejects.toThrow('without the extension');
        await browser.close();
        await browser.ended;
        expect(readdirSync(folder.path)).toEqual([]);
      } finally {
        restore('TMPDIR', temporaryDir);
        folder.remove();
      }
    });

    for (const way of ['error', 'SIGINT', 'SIGTERM'] as const) {
      test(`ends when Node ends by ${way}, and leaves nothing behind`, async () => {
        const folder = createTemporaryFolder('test');
        const temporaryDir = join(folder.path, 'tmp');
        mkdirSync(temporaryDir);
        const child = spawnAbandoning(kind, way === 'error' ? 'error' : 'wait', temporaryDir);
        const exited = once(child, 'exit');
        if (way !== 'error') {
          await once(child.stdout ?? child, 'data');
          child.kill(way);
        }
        const [code] = await exited;
        expect(code).not.toBe(0);
        // tsx keeps its cache and its pipe there.
        expect(readdirSync(temporaryDir).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
        await waitUntil('the end of its processes', () => processesThatName(temporaryDir).length === 0);
        folder.remove();
      });
    }
  });
}

function spawnAbandoning(kind: string, way: string, temporaryDir: string): ChildProcess {
  const script = fileURLToPath(new URL('abandon.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, kind, way], {
    env: { ...process.env, TMPDIR: temporaryDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Ids of processes that have the text in their command line. Only Linux tells; elsewhere there are none. */
function processesThatName(text: string): readonly string[] {
  if (process.platform !== 'linux') {
    return [];
  }
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      // The process has ended meanwhile.
      return false;
    }
  });
}

function restore(variable: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[variable];
  } else {
    process.env[variable] = value;
  }
}
