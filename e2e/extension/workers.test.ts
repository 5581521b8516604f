/**
 * Connections that no page script sees, in real browsers: what the panel shows of workers' sockets is what was seen of them,
 * and no more is claimed. What differs between the browsers differs here, too.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { Browser, BrowserKind, DevtoolsPanel, Realm, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { waitUntil } from '../browsers/wait.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';
import type { Lab } from '../lab/server.ts';
import { startBrowserAndLab } from './browser-and-lab.ts';
import { clickRow, rowsOf } from './panel-page.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`workers in ${kind}`, () => suite(kind));

/** Runs in the page: a dedicated worker with this script; `{url}` stands for the lab's WebSocket URL of the path. */
function startWorker(path: string, script: string): void {
  const source = script.replaceAll('{url}', JSON.stringify(`ws://${location.host}${path}`));
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  const page = window as unknown as { workers?: Worker[] };
  page.workers = [...(page.workers ?? []), worker];
}

/** The connections of the newest session, as they are stored. */
async function readConnections(panel: Realm): Promise<readonly StoredConnection[]> {
  const read = async (rows: DatabaseRows) => {
    const found: StoredConnection[] = [];
    for (const row of await rows.ofSession('connections', await rows.newestSession())) {
      const payloads = await rows.ofConnection('payloads', row.connectionId);
      const texts = payloads.flatMap(({ text, textEnds }) =>
        [...textEnds].map((end, i) => text.slice(i === 0 ? 0 : textEnds[i - 1], end)),
      );
      found.push({ ...row, texts });
    }
    return found;
  };
  return (await readDatabase(panel, read)) ?? [];
}

interface StoredConnection extends ConnectionRecord {
  readonly texts: readonly string[];
}

function suite(kind: BrowserKind): void {
  const hasFrames = kind === 'chromium';
  let browser: Browser;
  let lab: Lab;
  let tab: Tab;
  let panel: DevtoolsPanel;

  beforeAll(async () => {
    [browser, lab] = await startBrowserAndLab(kind);
    await lab.ready();
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });
  beforeEach(async () => {
    tab = await browser.newTab(`${lab.origin}/plain.html`);
    panel = await browser.openPanel(tab);
    await panel.waitFor(() => document.querySelector('.status-recording') !== null);
  });
  afterEach(async () => {
    expect(tab.consoleLines().filter((line) => /socketscope|extension/i.test(line))).toEqual([]);
    await panel.close();
    await tab.close();
  });

  /** Reads what is stored until it is enough. */
  async function stored(
    isEnough: (connections: readonly StoredConnection[]) => boolean,
  ): Promise<readonly StoredConnection[]> {
    return await waitUntil('what is stored to be enough', async () => {
      const connections = await readConnections(panel);
      return isEnough(connections) ? connections : null;
    });
  }
  const to = (connections: readonly StoredConnection[], path: string) =>
    connections.filter(({ url }) => url.includes(path));
  it('a dedicated worker’s connection is listed, with what can be seen of it', async () => {
    await tab.goto(`${lab.origin}/worker.html`);
    await clickRow(panel, 'Connections', 'from=worker');
    const [connection] = await stored((all) =>
      to(all, 'from=worker').some(({ nextSeq }) => !hasFrames || nextSeq >= 2),
    );
    expect(connection).toMatchObject({
      seenBy: hasFrames ? 'devtools' : 'network',
      openedAtMs: expect.any(Number),
      close: null,
      endSeenAtMs: null,
      texts: hasFrames ? ['worker', 'worker'] : [],
    });
    await panel.waitFor(
      (state: string) => document.querySelector(`[aria-rowcount][aria-label="Connections"] .state-${state}`),
      hasFrames ? 'open' : 'unknown',
    );
    if (hasFrames) {
      const frames = await rowsOf(panel, 'Frames', 2);
      expect(frames.map((row) => Object.values(row).join(' '))).toEqual([
        expect.stringContaining('worker'),
        expect.stringContaining('worker'),
      ]);
    }
    await panel.waitFor(
      (words: string) => document.querySelector('.status')?.textContent?.includes(words),
      hasFrames ? '1 connection by DevTools' : '1 connection without frames',
    );
    // it cannot be dropped, and the button says why
    expect(
      await panel.waitFor(() => document.querySelector('button[aria-label="Drop"]')?.getAttribute('aria-description')),
    ).toContain('belongs to a worker');
    expect(await tab.evaluate(() => (window.lab as unknown as { state: string }).state)).toBe('open');
  });

  it('a page and its worker that connect to the same URL are two connections, each once', async () => {
    await tab.evaluate(() => (window.lab as unknown as { connect(path: string): string }).connect('/echo?same'));
    await tab.evaluate(startWorker, '/echo?same', 'const socket = new WebSocket({url});');
    const connections = await stored((all) => all.length >= 2);
    expect(connections.map(({ seenBy }) => seenBy === 'page').sort()).toEqual([false, true]);
    // and stays so
    await tab.evaluate(() => (window.lab as unknown as { connect(path: string): string }).connect('/echo?later'));
    const later = await stored((all) => to(all, 'later').some(({ openedAtMs }) => openedAtMs !== null));
    expect(later.map(({ url, seenBy }) => [url.split('?')[1], seenBy === 'page']).sort()).toEqual([
      ['later', true],
      ['same', false],
      ['same', true],
    ]);
  });

  it('in a crowd everybody finds his own', async () => {
    await tab.evaluate(startWorker, '/echo?crowd', 'for (let i = 0; i < 15; i++) new WebSocket({url});');
    await tab.evaluate(() => {
      const page = window as unknown as { crowd: WebSocket[] };
      page.crowd = Array.from({ length: 120 }, () => new WebSocket(`ws://${location.host}/echo?crowd`));
    });
    const isWhole = (all: readonly StoredConnection[]) =>
      all.length >= 135 && all.every(({ openedAtMs }) => openedAtMs !== null);
    await stored(isWhole);
    // A later one shows that nothing was left to be found out.
    await tab.evaluate(startWorker, '/echo?after', 'const socket = new WebSocket({url});');
    const connections = await stored((all) => isWhole(all) && to(all, 'after').length === 1);
    const crowd = to(connections, 'crowd');
    const ofPage = crowd.filter(({ seenBy }) => seenBy === 'page');
    expect([ofPage.length, crowd.length - ofPage.length]).toEqual([120, 15]);
  });

  it('the subprotocols of a worker’s connection are known', async () => {
    await tab.evaluate(
      startWorker,
      '/ws/graphql',
      "const socket = new WebSocket({url}, ['x', 'graphql-transport-ws']);",
    );
    const [connection] = await stored((all) =>
      all.some(({ protocols, protocol }) => protocols.length > 0 && protocol !== null),
    );
    expect(connection).toMatchObject({
      protocols: ['x', 'graphql-transport-ws'],
      protocol: 'graphql-transport-ws',
    });
  });

  it('a handshake that fails in a worker is seen to have failed', async () => {
    lab.endpoint('echo').refuse({ status: 503, times: 1 });
    await tab.evaluate(startWorker, '/echo?refused', 'const socket = new WebSocket({url});');
    const [connection] = await stored((all) => all.some(({ endSeenAtMs }) => endSeenAtMs !== null));
    lab.endpoint('echo').allow();
    expect(connection).toMatchObject({ openedAtMs: null, close: null, endSeenAtMs: expect.any(Number) });
    await panel.waitFor(() => {
      const rows = [
        ...document.querySelectorAll('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]'),
      ];
      const text = rows.find((row) => row.textContent?.includes('refused'))?.textContent ?? '';
      return text.includes('closed') && text.includes('never opened');
    });
  });

  it('every frame of a worker’s stream is recorded once, though the background dies again and again', async ({
    skip,
  }) => {
    if (!hasFrames) skip('Firefox shows no frames of workers');
    await tab.evaluate(startWorker, '/numbered?count=600&everyMs=5', 'const socket = new WebSocket({url});');
    for (let kills = 0; kills < 3; kills++) {
      const before = to(await readConnections(panel), 'numbered')[0]?.nextSeq ?? 0;
      await browser.killBackground();
      await stored((all) => to(all, 'numbered').some(({ nextSeq }) => nextSeq > Math.min(before, 599)));
    }
    const [connection] = to(
      await stored((all) => to(all, 'numbered').some(({ nextSeq }) => nextSeq >= 600)),
      'numbered',
    );
    expect(connection).toMatchObject({ nextSeq: 600, framesMissed: 0 });
    expect(connection?.texts).toHaveLength(600);
    expect(new Set(connection?.texts).size).toBe(600);
  });

  it('the end of a worker’s connection is seen by DevTools, without its code', async () => {
    await tab.evaluate(
      startWorker,
      '/echo?ends',
      "const socket = new WebSocket({url}); socket.onopen = () => socket.send('once'); socket.onmessage = () => socket.close(4001, 'done');",
    );
    const isEnough = ({ endSeenAtMs, openedAtMs }: StoredConnection) => (hasFrames ? endSeenAtMs : openedAtMs) !== null;
    const [connection] = await stored((all) => to(all, 'ends').some(isEnough));
    expect(connection).toMatchObject({ close: null, texts: hasFrames ? ['once', 'once'] : [] });
    await panel.waitFor(
      (state: string) => document.querySelector(`[aria-rowcount][aria-label="Connections"] .state-${state}`),
      hasFrames ? 'closed' : 'unknown',
    );
  });

  it('a connection goes with its page, though the page script sees no socket there', async () => {
    await tab.evaluate(startWorker, '/echo?gone', 'const socket = new WebSocket({url});');
    await stored((all) => to(all, 'gone').length === 1);
    await tab.goto(`${lab.origin}/blank.html`);
    const [connection] = await stored((all) => to(all, 'gone').some(({ goneAtMs }) => goneAtMs !== null));
    expect(connection).toMatchObject({ close: null });
  });

  it('a window on its initial empty document is not hooked, and not missing', async () => {
    await tab.evaluate(() => {
      const frame = document.createElement('iframe');
      frame.srcdoc = '<p>soon</p>';
      document.body.append(frame);
      const { WebSocket: Unhooked } = frame.contentWindow as unknown as typeof globalThis;
      new Unhooked(`ws://${location.host}/echo?empty`);
    });
    const [connection] = await stored((all) => to(all, 'empty').length === 1);
    expect(connection?.seenBy).not.toBe('page');
  });

  it('a shared worker’s connection is listed where the browser tells of it', async () => {
    await tab.evaluate(() => {
      const source = `new WebSocket('ws://${location.host}/echo?shared')`;
      const page = window as unknown as { shared: SharedWorker };
      page.shared = new SharedWorker(URL.createObjectURL(new Blob([source])));
    });
    await lab.endpoint('echo').waitFor(({ open }) => open >= 1);
    // A later one shows that there was time enough.
    await tab.evaluate(startWorker, '/echo?after', 'const socket = new WebSocket({url});');
    const connections = await stored((all) => to(all, 'after').length === 1);
    expect(to(connections, 'shared').map(({ seenBy }) => seenBy)).toEqual(kind === 'firefox' ? ['network'] : []);
  });

  it('a service worker’s connection is listed', async () => {
    // The lab's worker will do: it opens its socket as soon as it runs.
    await tab.evaluate(async () => {
      await navigator.serviceWorker.register('/worker.js');
    });
    await lab.endpoint('echo').waitFor(({ open }) => open >= 1);
    // Chromium's log is read while there is something to learn from it.
    await tab.evaluate(startWorker, '/echo?after', 'const socket = new WebSocket({url});');
    const connections = await stored((all) => to(all, 'from=worker').length === 1);
    expect(to(connections, 'from=worker')).toMatchObject([{ seenBy: hasFrames ? 'devtools' : 'network' }]);
    await tab.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    });
  });

  it('clearing the list keeps the connection and forgets its past', async () => {
    await tab.evaluate(startWorker, '/numbered?count=100000&everyMs=50', 'const socket = new WebSocket({url});');
    const [before] = await stored((all) =>
      to(all, 'numbered').some(({ nextSeq, openedAtMs }) => openedAtMs !== null && (!hasFrames || nextSeq > 20)),
    );
    await panel.click('button[aria-label="Clear"]');
    const [after] = await stored((all) => {
      const [connection] = to(all, 'numbered');
      return (
        connection !== undefined &&
        connection.connectionId !== before?.connectionId &&
        connection.openedAtMs !== null &&
        (!hasFrames || connection.nextSeq > 30)
      );
    });
    expect(after).toMatchObject({ seenBy: hasFrames ? 'devtools' : 'network', openedAtMs: before?.openedAtMs });
    if (hasFrames) expect(after?.framesMissed).toBeGreaterThan(20);
  });
}
