/** What is exported, where it is meant to be opened: a HAR in Chromium's own Network panel, a copied test in Playwright. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAME_OUT } from '../../src/protocol/frame-columns.ts';
import { conversationOf } from '../../src/report/code/conversation.ts';
import { snippetOf } from '../../src/report/code/snippets.ts';
import {
  allFrames,
  chunksOf,
  connectionFixture,
  fullRecording,
  START_MS,
  textOfStream,
} from '../../src/report/fixtures.ts';
import { writeHar } from '../../src/report/har/write.ts';
import { framesOf } from '../../src/report/recording.ts';
import { analyseRecording } from '../../src/report/summary/analyse-recording.ts';
import { reportHtml } from '../../src/report/summary/html.ts';
import { targetIdOf } from '../browsers/chromium-devtools.ts';
import { findBrowser } from '../browsers/find.ts';
import { WAIT_TIMEOUT_MS, waitUntil } from '../browsers/wait.ts';

const EXECUTABLE = findBrowser('chromium');
const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

describe.skipIf(EXECUTABLE === null)('exports', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'socketscope-exports-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const launch = () => {
    // See chromium-devtools.ts: DevTools are pages then.
    process.env.PW_CHROMIUM_ATTACH_TO_OTHER = '1';
    return chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: EXECUTABLE ?? '',
      headless: false,
      args: ['--headless=new', '--no-first-run', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
      chromiumSandbox: process.getuid?.() !== 0,
    });
  };

  it('a HAR opens in the Network panel of Chromium, with all messages', async () => {
    const har = await textOfStream(writeHar(fullRecording(), { version: '0.1.0' }));
    const context = await launch();
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      const browserSession = await context.browser()?.newBrowserCDPSession();
      await browserSession?.send('Target.openDevTools', { targetId: await targetIdOf(context, page) });
      const frontEnd = await waitUntil('the DevTools front-end', () =>
        context.pages().find((candidate) => candidate.url().startsWith('devtools://')),
      );
      await frontEnd.getByRole('tab', { name: 'Network', exact: true }).click({ timeout: WAIT_TIMEOUT_MS });
      const imported = await importHar(frontEnd, har);
      const before = await allFrames(fullRecording());
      expect(imported.map(({ type, messages }) => [type, messages.length])).toEqual([
        ['websocket', before.length - 1],
        ['websocket', 0],
        ['websocket', 1],
      ]);
      expect(imported[0]?.messages.slice(0, 14).map(({ text, opCode }) => [opCode, text])).toEqual(
        before
          .slice(0, 14)
          .map(({ text, bytes, flags }) => [flags & 2 ? 2 : 1, text ?? Buffer.from(bytes ?? []).toString('base64')]),
      );
      expect(imported[0]?.messages.filter(({ type }) => type === 'send').length).toBe(
        before.filter(({ connectionId, flags }) => connectionId === 'doc/0' && flags & FRAME_OUT).length,
      );
    } finally {
      await context.close();
    }
  });

  it('the HTML report loads and runs nothing', async () => {
    const file = join(folder, 'report.html');
    await writeFile(file, await reportHtml(await analyseRecording(fullRecording())));
    const context = await launch();
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      const seen: string[] = [];
      page.on('request', (request) => seen.push(request.url()));
      page.on('dialog', (dialog) => {
        seen.push(dialog.message());
        void dialog.dismiss();
      });
      page.on('console', (message) => seen.push(message.text()));
      await page.goto(`file://${file}`);
      expect(seen).toEqual([`file://${file}`]);
      expect(await page.evaluate(() => document.scripts.length + document.images.length)).toBe(0);
      // Its own style is the one that its policy allows.
      expect(
        await page.evaluate(() => getComputedStyle(document.querySelector('article') ?? document.body).borderLeftWidth),
      ).toBe('4px');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    } finally {
      await context.close();
    }
  });

  it('a copied Playwright test passes against a page that talks as it did', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(PAGE);
    }).listen(0, '127.0.0.1');
    try {
      await waitUntil('the server', () => server.listening);
      const frames = chunksOf('doc/0', [
        { text: 'hello' },
        { text: 'subscribe', flags: FRAME_OUT },
        { text: '{"tick":1}' },
        { bytes: [1, 2, 3] },
        { text: 'thanks', flags: FRAME_OUT },
      ]).flatMap((chunk) => [...framesOf(chunk)]);
      const connection = connectionFixture({
        url: 'wss://app.example/live?token=x',
        close: { atMs: START_MS, code: 4001, reason: 'bye', wasClean: true, simulated: false },
      });
      await writeFile(
        join(folder, 'recorded.spec.ts'),
        snippetOf('playwright', conversationOf(connection, frames)).text,
      );
      await writeFile(
        join(folder, 'playwright.config.ts'),
        `export default { use: { launchOptions: { executablePath: ${JSON.stringify(EXECUTABLE)}, args: ['--no-sandbox'] } } };\n`,
      );
      const { port } = server.address() as AddressInfo;
      const play = () =>
        run(
          process.execPath,
          [join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', '--reporter=line', '--workers=1'],
          {
            cwd: folder,
            env: { ...process.env, PAGE_URL: `http://127.0.0.1:${port}/`, CI: '' },
            timeout: 80_000,
          },
        );
      expect((await play()).stdout).toContain('1 passed');
    } finally {
      server.close();
    }
  });
});

/** Answers as the recorded page did. */
const PAGE = `<!doctype html><script>
const socket = new WebSocket('wss://app.example/live?token=another');
let heard = 0;
socket.addEventListener('message', () => {
  heard++;
  if (heard === 1) socket.send('subscribe');
  if (heard === 3) socket.send('thanks');
});
</script>`;

interface ImportedRequest {
  readonly url: string;
  readonly type: string;
  readonly messages: readonly { readonly text: string; readonly opCode: number; readonly type: string }[];
}

/** By the front end's own modules, as when a file is dropped onto the panel. */
function importHar(frontEnd: Page, har: string): Promise<readonly ImportedRequest[]> {
  return frontEnd.evaluate(`(async (har) => {
    const base = 'devtools://devtools/bundled/';
    const { NetworkPanel } = await import(base + 'panels/network/network.js');
    const { NetworkLog } = await import(base + 'models/logs/logs.js');
    const panel = NetworkPanel.NetworkPanel.instance();
    await panel.networkLogView.onLoadFromFile(new File([har], 'recorded.har'));
    const log = NetworkLog.NetworkLog.instance();
    for (let i = 0; i < 200 && log.requests().length < 3; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    return log.requests().map((request) => ({
      url: request.url(),
      type: request.resourceType().name(),
      messages: request.frames().map(({ text, opCode, type }) => ({ text, opCode, type })),
    }));
  })(${JSON.stringify(har)})`);
}
