/**
 * Sessions that outlive their panel, in real browsers: named ones that go on, sites that are always recorded, markers, and
 * what is deleted and restored; over reloads, deaths of the background and of the whole browser.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser as ExtensionApi } from 'webextension-polyfill';
import type { PanelUpdate } from '../../src/protocol/panel-link.ts';
import type { SessionRecord } from '../../src/protocol/records.ts';
import type { SessionAnswer, SessionVerb } from '../../src/protocol/session-verbs.ts';
import type { Browser, BrowserKind, Realm, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { waitUntil } from '../browsers/wait.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { readDatabase } from '../extension-database.ts';
import { openPanelClient, type PanelClient, type ReadSession } from './panel-client.ts';
import { type Site, startSite } from './site.ts';

/** What the test pages keep. */
interface TestPage {
  sockets: WebSocket[];
}

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`sessions in ${kind}`, () => suite(kind));

function suite(kind: BrowserKind): void {
  let profileDir: string;
  let browser: Browser;
  let site: Site;
  let panel: PanelClient;
  let requestId = 0;

  const launch = () => launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]), profileDir });

  beforeAll(async () => {
    profileDir = mkdtempSync(join(tmpdir(), 'socketscope-sessions-'));
    [browser, site] = await Promise.all([launch(), startSite()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
    rmSync(profileDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    panel = await openPanelClient(browser);
  });
  afterEach(async () => {
    await panel.detach();
    await panel.tab.close();
  });

  /** As a crash, and another start with the same profile. */
  async function restartBrowser(): Promise<void> {
    await browser.kill();
    await browser.close();
    browser = await launch();
    panel = await openPanelClient(browser);
  }

  const openPage = (path = '/page', origin = site.origin) => browser.newTab(origin + path);

  /** A socket that gets so many numbers. */
  async function openSocket(tab: Tab, name: string, count: number): Promise<void> {
    await tab.evaluate((url) => {
      const page = globalThis as unknown as TestPage;
      page.sockets ??= [];
      page.sockets.push(new WebSocket(url));
    }, `${site.wsOrigin}/numbers?name=${name}&count=${count}`);
  }

  async function ask(verb: SessionVerb): Promise<SessionAnswer> {
    const id = ++requestId;
    await panel.ask({ kind: 'session', requestId: id, verb });
    const answer = await waitUntil(`the answer to ${verb.kind}`, async () =>
      (await panel.updates()).find((update) => update.kind === 'sessionAnswered' && update.requestId === id),
    );
    const { outcome, sessionId } = answer as Extract<PanelUpdate, { kind: 'sessionAnswered' }>;
    return { outcome, sessionId };
  }

  async function startNamed(tab: Tab, fields: Partial<Extract<SessionVerb, { kind: 'start' }>> = {}): Promise<string> {
    await panel.attach(await tab.extensionTabId());
    const { outcome, sessionId } = await ask({ kind: 'start', name: 'checkout', tabIds: [], goesOn: false, ...fields });
    expect(outcome).toBe('done');
    return sessionId ?? '';
  }

  const textsOf = ({ connections }: ReadSession) => connections.flatMap(({ texts }) => texts);
  const has =
    (...texts: readonly string[]) =>
    (read: ReadSession) =>
      texts.every((text) => textsOf(read).includes(text));

  /** What the button says on a tab. */
  async function badgeOf(tabId: number): Promise<string> {
    return panel.tab.evaluate((id) => {
      const { browser: own, chrome } = globalThis as unknown as { browser?: ExtensionApi; chrome: ExtensionApi };
      return (own ?? chrome).action.getBadgeText({ tabId: id });
    }, tabId);
  }

  const allSessions = (): Promise<readonly SessionRecord[]> => readAllSessions(panel.tab);

  it('records a named session of two tabs, with its environment and markers', async () => {
    const [one, two] = [await openPage(), await openPage('/page', site.otherOrigin)];
    const sessionId = await startNamed(one, { tabIds: [await two.extensionTabId()] });
    await openSocket(one, 'one', 3);
    await openSocket(two, 'two', 3);
    await panel.readUntil(sessionId, has('one:2', 'two:2'));
    expect(
      await ask({ kind: 'mark', mark: { atMs: Date.now(), text: 'here', connectionId: null, seq: null } }),
    ).toEqual({
      outcome: 'done',
      sessionId: null,
    });
    const marked = (await panel.updates()).flatMap((update) => (update.kind === 'evidence' ? update.context : []));
    expect(marked).toContainEqual(expect.objectContaining({ kind: 'marker', text: 'here', sessionId }));
    const { session } = await panel.readUntil(sessionId, (read) => read.session?.environment?.viewport != null);
    expect(session).toMatchObject({
      kind: 'named',
      name: 'checkout',
      tabIds: [await one.extensionTabId(), await two.extensionTabId()],
      environment: {
        pageUrl: `${site.origin}/page`,
        os: expect.stringMatching(/^linux /),
        language: expect.any(String),
      },
    });
    expect(session?.environment?.browser?.version.split('.')[0]).toBe(browser.version.match(/\d+/)?.[0]);
    expect(session?.environment?.browser?.name).toMatch(kind === 'chromium' ? /Chrom/ : /Firefox/);
    expect(session?.environment?.extensionVersion).toMatch(/^\d+\.\d+/);
    const size = await one.evaluate(() => [innerWidth, innerHeight, devicePixelRatio]);
    const { widthPx, heightPx, pixelRatio } = session?.environment?.viewport ?? {};
    expect([widthPx, heightPx, pixelRatio]).toEqual(size);

    expect(await ask({ kind: 'stop', sessionId: null })).toEqual({ outcome: 'done', sessionId });
    await openSocket(one, 'later', 1);
    const [after] = (await panel.updates()).filter((update) => update.kind === 'attached').slice(-1);
    expect(after?.kind === 'attached' && after.sessionId).not.toBe(sessionId);
    const read = await panel.read(sessionId);
    expect(read.session?.endedAtMs).toEqual(expect.any(Number));
    expect(textsOf(read)).not.toContain('later:0');
    await Promise.all([one.close(), two.close()]);
  });

  it('goes on without a panel, over reloads and deaths of the background, and when the browser is started again', async () => {
    const tab = await openPage();
    const sessionId = await startNamed(tab, { goesOn: true });
    await panel.detach();
    await openSocket(tab, 'a', 2);
    await panel.readUntil(sessionId, has('a:1'));
    await tab.reload();
    await openSocket(tab, 'b', 2);
    await panel.readUntil(sessionId, has('b:1'));
    await browser.killBackground();
    await openSocket(tab, 'c', 2);
    await panel.readUntil(sessionId, has('c:1'));
    await tab.goto(`${site.otherOrigin}/page`);
    await openSocket(tab, 'd', 2);
    await panel.readUntil(sessionId, has('d:1'));
    await waitUntil('the badge', async () => (await badgeOf(await tab.extensionTabId())) === 'REC');

    await restartBrowser();
    const other = await openPage();
    await openSocket(other, 'other', 2);
    const again = await openPage('/page?again', site.otherOrigin);
    await openSocket(again, 'e', 2);
    const read = await panel.readUntil(sessionId, has('e:1'));
    expect(read.session?.endedAtMs).toBeNull();
    expect(textsOf(read)).not.toContain('other:0');
    expect((await allSessions()).map((one) => one.sessionId)).toContain(sessionId);

    await panel.attach(await other.extensionTabId());
    expect(await ask({ kind: 'stop', sessionId })).toEqual({ outcome: 'done', sessionId });
    await openSocket(again, 'f', 2);
    expect(textsOf(await panel.read(sessionId))).not.toContain('f:0');
    await waitUntil('no badge', async () => (await badgeOf(await again.extensionTabId())) === '');
    await Promise.all([other.close(), again.close()]);
  });

  it('always records a site from its first frame, over deaths of the background and of the browser', async () => {
    const tab = await openPage();
    await panel.attach(await tab.extensionTabId());
    expect(await ask({ kind: 'setAlwaysOn', origin: site.otherOrigin, on: true })).toMatchObject({ outcome: 'done' });
    await panel.detach();
    await waitUntil('the badge', async () => (await badgeOf(await tab.extensionTabId())) === 'on');

    const always = async (tabId: number) =>
      waitUntil('the session', async () =>
        (await allSessions()).find((one) => one.kind === 'always' && one.tabId === tabId && one.endedAtMs === null),
      );
    // Opened by the page's first script.
    const watched = await openPage('/page?numbers=x', site.otherOrigin);
    const { sessionId } = await always(await watched.extensionTabId());
    const read = await panel.readUntil(sessionId, has('x:19'));
    expect(textsOf(read)).toEqual(Array.from({ length: 20 }, (_, i) => `x:${i}`));
    await waitUntil('the red badge', async () => (await badgeOf(await watched.extensionTabId())) === 'REC');
    await openSocket(tab, 'unwatched', 1);

    await browser.killBackground();
    await openSocket(watched, 'y', 2);
    await panel.readUntil(sessionId, has('y:1'));

    await restartBrowser();
    const again = await openPage('/page?numbers=z', site.otherOrigin);
    const second = await always(await again.extensionTabId());
    await panel.readUntil(second.sessionId, has('z:19'));
    expect(second.sessionId).not.toBe(sessionId);
    await waitUntil('the end of the first', async () => (await panel.read(sessionId)).session?.endedAtMs != null);
    // Its tab is closed, and with it the session.
    await again.close();
    await panel.readUntil(second.sessionId, (one) => one.session?.endedAtMs != null);

    const page = await openPage();
    await panel.attach(await page.extensionTabId());
    await ask({ kind: 'setAlwaysOn', origin: site.otherOrigin, on: false });
    const pageId = await page.extensionTabId();
    await waitUntil('no badge', async () => (await badgeOf(pageId)) === '');
    const sites = (await allSessions()).map(({ environment }) => environment?.pageUrl ?? '');
    expect(sites.filter((url) => url.startsWith(site.origin))).toHaveLength(
      sites.length - countOf(sites, site.otherOrigin),
    );
    await page.close();
  });

  it('restores what was deleted, when the background has died since, too', async () => {
    const tab = await openPage();
    const sessionId = await startNamed(tab);
    await openSocket(tab, 'k', 5);
    const before = await panel.readUntil(sessionId, has('k:4'));
    expect(await ask({ kind: 'delete', sessionId })).toEqual({ outcome: 'isRecorded', sessionId: null });
    await ask({ kind: 'stop', sessionId: null });
    expect(await ask({ kind: 'delete', sessionId })).toEqual({ outcome: 'done', sessionId });
    expect((await panel.read(sessionId)).session).toBeNull();
    await browser.killBackground();
    await waitUntil('the panel to be back', async () => (await panel.losses()) > 0);
    expect(await ask({ kind: 'restore', sessionId })).toEqual({ outcome: 'done', sessionId });
    const after = await panel.read(sessionId);
    expect(textsOf(after)).toEqual(textsOf(before));
    await tab.close();
  });
}

function countOf(urls: readonly string[], origin: string): number {
  return urls.filter((url) => url.startsWith(origin)).length;
}

async function readAllSessions(page: Realm): Promise<readonly SessionRecord[]> {
  return (await readDatabase(page, (rows) => rows.all('sessions'))) ?? [];
}
