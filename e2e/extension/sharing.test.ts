/**
 * A session on its way from one browser to another: recorded in one, saved as a file with its secrets hidden, read in the
 * other, where it shows the same; and files that mean ill, or are none, through the same door.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../src/protocol/automation.ts';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import type { Lab } from '../lab/server.ts';
import { installSession } from '../lab/sessions/install.ts';
import { startBrowserAndLab } from './browser-and-lab.ts';
import { openPanelClient, type PanelClient, type ReadSession, whatWasRecorded } from './panel-client.ts';
import { exportSession, importFile, openSessions, openStored, readConnections, readFindings } from './sessions-page.ts';

/** `window.lab` of plain.html. */
interface PlainPage {
  readonly lab: {
    connect(path: string, options?: { readonly name?: string }): string;
    send(name: string, text: string): void;
    sendBytes(name: string, bytes: readonly number[]): void;
    state(name: string): { readonly readyState: number; readonly messageCount: number };
  };
}
/** `window.lab` of reconnecting.html. */
interface ReconnectingPage {
  readonly lab: { state(): { readonly opens: number; readonly readyState: number } };
}
type Line = Readonly<Record<string, unknown>>;

const URL_TOKEN = 'q7Zr4mXv81LpTn0sKd93hWyB';
const PAGE_TOKEN = 'Hf6TzpQ20aVxNe84uRbJ1cMg';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const SECRETS = [URL_TOKEN, PAGE_TOKEN, JWT];
const NAME = 'checkout breaks';
/** Was there before, and has to stay as it is. */
const KEPT = 'kept';

interface Side {
  readonly browser: Browser;
  readonly lab: Lab;
  readonly client: PanelClient;
}

describe.skipIf(!BROWSER_KINDS.every(isInstalled))('a session that is shared', () => {
  const sides = new Map<BrowserKind, Side>();
  const recorded = new Map<BrowserKind, string>();

  const sideOf = (kind: BrowserKind): Side => {
    const side = sides.get(kind);
    if (!side) throw new Error(`${kind} was not started.`);
    return side;
  };

  beforeAll(async () => {
    for (const kind of BROWSER_KINDS) {
      const [browser, lab] = await startBrowserAndLab(kind);
      const client = await openPanelClient(browser);
      sides.set(kind, { browser, lab, client });
      await installSession(browser, { frames: 300, connections: 4, sessionId: KEPT });
    }
  }, 180_000);
  afterAll(async () => {
    for (const { browser, lab } of sides.values()) await Promise.all([browser.close(), lab.close()]);
  });

  /** What a page does in the field: several sockets, a drop, a close by the server, bytes, a client that comes back. */
  async function record(kind: BrowserKind): Promise<string> {
    const { browser, lab } = sideOf(kind);
    const page = await browser.newTab(`${lab.origin}/plain.html?access_token=${PAGE_TOKEN}`);
    const automation = await browser.newTab(`${browser.extensionOrigin}/src/panel/automation/automation.html`);
    const sessionId = await automation.evaluate(
      (tabId: number, name: string) => window.socketscope.start(tabId, name),
      await page.extensionTabId(),
      NAME,
    );
    await page.evaluate((token: string) => {
      const { lab: here } = window as unknown as PlainPage;
      here.connect(`/echo?token=${token}`, { name: 'echo' });
      here.connect('/echo', { name: 'lost' });
      here.connect('/ws/plain', { name: 'plain' });
    }, URL_TOKEN);
    await page.waitFor(() => {
      const { lab: here } = window as unknown as PlainPage;
      return ['echo', 'lost', 'plain'].every((name) => here.state(name).readyState === WebSocket.OPEN);
    });
    await page.evaluate((jwt: string) => {
      const { lab: here } = window as unknown as PlainPage;
      here.send('echo', JSON.stringify({ type: 'hello', jwt }));
      here.send('echo', 'grüße 👋');
      here.sendBytes(
        'echo',
        Array.from({ length: 256 }, (_, i) => i),
      );
      here.send('lost', 'one');
    }, JWT);
    await page.waitFor(() => {
      const { lab: here } = window as unknown as PlainPage;
      return here.state('echo').messageCount >= 3 && here.state('lost').messageCount >= 1;
    });
    await automation.evaluate(() => window.socketscope.play('Thundering herd', { kind: 'tab' }, 20_000));
    await page.evaluate(() => {
      const { lab: here } = window as unknown as PlainPage;
      here.connect('/ws/plain', { name: 'plain again' });
      here.connect('/echo', { name: 'echo again' });
    });
    await page.waitFor(() => {
      const { lab: here } = window as unknown as PlainPage;
      return ['plain again', 'echo again'].every((name) => here.state(name).readyState === WebSocket.OPEN);
    });
    lab.endpoint('plain').closeAll(4401, 'token expired');
    lab.endpoint('echo').destroyAll();
    await page.waitFor(() => {
      const { lab: here } = window as unknown as PlainPage;
      return ['plain again', 'echo again'].every((name) => here.state(name).readyState === WebSocket.CLOSED);
    });
    // One that lives when its page is left.
    await page.evaluate(() => (window as unknown as PlainPage).lab.connect('/echo', { name: 'left' }));
    await page.waitFor(() => (window as unknown as PlainPage).lab.state('left').readyState === WebSocket.OPEN);
    await page.goto(`${lab.origin}/reconnecting.html`);
    for (const opens of [1, 2]) {
      await page.waitFor((count: number) => {
        const { opens: seen, readyState } = (window as unknown as ReconnectingPage).lab.state();
        return seen === count && readyState === WebSocket.OPEN;
      }, opens);
      if (opens === 1) lab.endpoint('reconnecting').destroyAll();
    }
    await automation.evaluate(() => window.socketscope.stop());
    await Promise.all([page.close(), automation.close()]);
    return sessionId;
  }

  /** Once for each browser. */
  async function recordedIn(kind: BrowserKind): Promise<string> {
    const known = recorded.get(kind) ?? (await record(kind));
    recorded.set(kind, known);
    return known;
  }

  async function inPanel<Result>(panel: Tab, work: (panel: Tab) => Promise<Result>): Promise<Result> {
    try {
      return await work(panel);
    } finally {
      await panel.close();
    }
  }

  const inSessions = <Result>(kind: BrowserKind, work: (panel: Tab) => Promise<Result>, shown = KEPT) =>
    openSessions(sideOf(kind).browser, shown).then((panel) => inPanel(panel, work));

  const shownIn = async (kind: BrowserKind, sessionId: string) =>
    inPanel(await openStored(sideOf(kind).browser, sessionId), async (panel) => ({
      findings: await readFindings(panel),
      connections: await readConnections(panel),
    }));

  it.each([
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
  ] as const)(
    'from %s shows the same in %s, without its secrets',
    async (from, to) => {
      const sessionId = await recordedIn(from);
      const original = await shownIn(from, sessionId);
      expect(original.findings.length).toBeGreaterThan(0);
      expect(original.connections.filter(({ verdict }) => verdict.length > 0).length).toBeGreaterThanOrEqual(2);
      const file = await inSessions(from, (panel) => exportSession(panel, NAME, 'ndjson', 'secrets'));
      for (const secret of SECRETS) expect(file).not.toContain(secret);

      const kept = await sideOf(to).client.read(KEPT);
      const { sessionId: importedAs, again } = await inSessions(to, async (panel) => {
        const imported = await importFile(panel, 'shared.ndjson', file);
        expect(imported.said).not.toContain('left out');
        return { ...imported, again: '' };
      });
      expect(again).toBe('');
      const imported = await shownIn(to, importedAs);
      const hidden = (one: unknown) => withoutSecrets(JSON.stringify(one));
      expect(imported.findings.map(hidden)).toEqual(original.findings.map(hidden));
      expect(imported.connections.map(hidden)).toEqual(original.connections.map(hidden));

      const [ours, theirs] = [await sideOf(from).client.read(sessionId), await sideOf(to).client.read(importedAs)];
      expect(theirs.connections.map(essenceOf)).toEqual(ours.connections.map(essenceOf));
      expect(theirs.session).toMatchObject({ kind: 'imported', environment: { browser: { name: expect.anything() } } });
      expect(theirs.session?.environment?.browser).toEqual(ours.session?.environment?.browser);

      // What is written of it there is, line by line, what came: every field, every byte.
      const back = await inSessions(to, (panel) => exportSession(panel, NAME, 'ndjson', 'none'));
      expect(linesWithoutIds(back)).toEqual(linesWithoutIds(file));
      expect(whatWasRecorded(await sideOf(to).client.read(KEPT))).toEqual(whatWasRecorded(kept));
    },
    300_000,
  );
});

/** What stands for a secret, or the secret. */
function withoutSecrets(text: string): string {
  const bare = SECRETS.reduce((rest, secret) => rest.replaceAll(secret, '*'), text);
  return bare.replace(/REDACTED-[a-z]+-\d+(\.[\w-]+\.REDACTED)?/g, '*');
}

function essenceOf({ url, texts, nextSeq, close, closeRequested, openedAtMs }: ReadSession['connections'][number]) {
  return { url: withoutSecrets(url), texts: texts.map(withoutSecrets), nextSeq, close, closeRequested, openedAtMs };
}

/** Of frames and connections: ids are given anew by whoever reads a file. */
function linesWithoutIds(file: string): readonly Line[] {
  const lines = file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return lines
    .filter(({ type }) => type === 'frame' || type === 'connection' || type === 'document')
    .map((line) =>
      Object.fromEntries(Object.entries(line).filter(([name]) => !name.endsWith('Id') && name !== 'tail')),
    );
}
