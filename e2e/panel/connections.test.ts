/** Connections: how they ended, what a drop does, what the filter leaves of them. */
import { expect, it } from 'vitest';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  changeConnection,
  clickButton,
  clickRow,
  filterBy,
  loseAndReconnect,
  rowsOf,
  START_MS,
  waitForRow,
  waitForRows,
  waitForText,
} from './page.ts';

inEachBrowser('connections', (bench) => {
  it('that were lost are flagged, and explained when they are selected', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(() => window.harness.close('doc/0', 1006));
    await waitForRow(tab, 'Connections', '1006 Abnormal closure', 'closed', 'lost', 'no');
    expect(await tab.evaluate(() => document.querySelector('.badge-abnormal')?.textContent)).toBe(
      '1006 Abnormal closure',
    );
    await clickRow(tab, 'Connections', 0);
    await waitForText(tab, '.summary', 'ended without a close frame', 'No reconnect has followed');
    await tab.click('.explanation summary');
    await waitForText(tab, '.explanation', 'the specification forbids telling them apart');
    await waitForText(tab, '.status', '1 abnormal close');
  });

  it('that came back are joined to what they came back for', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live', '/other');
    await loseAndReconnect(tab, START_MS + 20_000, START_MS + 20_300, START_MS + 20_312);
    await waitForRows(tab, 'Connections', 3);
    await clickRow(tab, 'Connections', 0);
    await waitForText(tab, '.summary', 'The page reconnected after 312 ms.');
    await waitForText(tab, '.summary-generation', '1 of 2');
    await tab.click('.summary .link');
    await tab.waitFor(() => document.querySelector('[aria-label=Connections] [aria-rowindex="4"][aria-selected=true]'));
    await waitForText(tab, '.summary-generation', '2 of 2');
    await tab.click('.summary-generation [aria-label="The connection that it followed"]');
    await tab.waitFor(() => document.querySelector('[aria-label=Connections] [aria-rowindex="2"][aria-selected=true]'));
  });

  it('that ended in order are named, and not flagged', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b', '/c');
    await tab.evaluate((startMs: number) => {
      window.harness.close('doc/0', 1000, { reason: 'bye' });
      window.harness.close('doc/1', 4401);
      window.harness.change('doc/2', { closeRequested: { atMs: startMs, code: null, reason: null } });
      window.harness.close('doc/2', 1005);
    }, START_MS);
    await waitForRow(tab, 'Connections', '/a', '1000 Normal closure', 'yes', 'server');
    await waitForRow(tab, 'Connections', '/b', '4401 Application code');
    await waitForRow(tab, 'Connections', '/c', '1005 No status received', 'page');
    expect(await tab.evaluate(() => document.querySelectorAll('.badge-abnormal').length)).toBe(0);
    await clickRow(tab, 'Connections', 0);
    await waitForText(tab, '.summary', 'reason bye');
  });

  it('are dropped with one click, and the outcome is told', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    const drop = () =>
      tab.evaluate(() => {
        const button = document.querySelector('button[aria-label=Drop]');
        return [button?.getAttribute('aria-disabled'), button?.getAttribute('title')];
      });
    expect(await drop()).toEqual(['true', 'Select a connection to drop it']);
    await clickRow(tab, 'Connections', 0);
    expect((await drop())[0]).toBe('false');
    await clickButton(tab, 'Drop');
    await waitForText(tab, '.status [aria-live=polite]', 'Dropped: the page saw error, then close 1006');
    expect(await tab.evaluate(() => window.harness.background.sent)).toEqual([
      { kind: 'drop', requestId: 1, connectionId: 'doc/0' },
    ]);
    await tab.evaluate((atMs: number) => {
      window.harness.change('doc/0', { droppedAtMs: atMs });
      window.harness.close('doc/0', 1006, { simulated: true });
    }, START_MS);
    await waitForRow(tab, 'Connections', '1006 Abnormal closure', 'Socketscope');
    await waitForText(tab, '.summary', 'Simulated by Socketscope');
    await waitForText(tab, '.status', '1 simulated drop');
    expect(
      await tab.evaluate(() => [
        document.querySelectorAll('.badge-abnormal').length,
        document.querySelector('.status-abnormal'),
      ]),
    ).toEqual([0, null]);
    expect(await drop()).toEqual(['true', 'The selected connection has ended already']);
  });

  it.each([
    ['alreadyClosed', 'it was closed already'],
    ['unanswered', 'No answer from the page'],
    ['notFound', 'its page is gone'],
  ] as const)('tell when a drop ended as %s', async (outcome, words) => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(
      (result: 'alreadyClosed' | 'unanswered' | 'notFound') => window.harness.background.setDropOutcome(result),
      outcome,
    );
    await clickRow(tab, 'Connections', 0);
    await clickButton(tab, 'Drop');
    await waitForText(tab, '.status [aria-live=polite]', words);
  });

  it('are filtered by URL; the selected one stays', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/ticker', '/chat', '/mqtt');
    await filterBy(tab, 'chat');
    await waitForRows(tab, 'Connections', 1);
    await waitForText(tab, '.status', '1 / 3 connections');
    await clickRow(tab, 'Connections', 0);
    await tab.press('/');
    await tab.type('url:tick');
    await waitForRows(tab, 'Connections', 2);
    expect((await rowsOf(tab, 'Connections')).map(([url]) => url?.split('/').at(-1))).toEqual(['ticker', 'chat']);
  });

  it('that the filter hides all leave a word about it', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/ticker');
    await filterBy(tab, 'nothing like it');
    await waitForText(tab, '[aria-label=Connections]', 'No connection matches the filter');
  });

  it('count what was forged in their name', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(
      (openedAtMs: number) => window.harness.document({ documentId: 'doc', openedAtMs, rejected: 7 }),
      START_MS,
    );
    await waitForText(tab, '.status', '7 forged messages refused');
  });

  it('that no page script sees are marked, and out of reach', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/in-a-worker', '/told-by-devtools');
    await changeConnection(tab, 'doc/0', { seenBy: 'network' });
    await changeConnection(tab, 'doc/1', { seenBy: 'devtools', endSeenAtMs: START_MS + 5_000 });
    await waitForRow(tab, 'Connections', '/in-a-worker', 'handshake only', 'unknown');
    await waitForRow(tab, 'Connections', '/told-by-devtools', 'by DevTools', 'closed', 'no code told');
    await clickRow(tab, 'Connections', 0);
    const hint = await tab.evaluate(() => document.querySelector('button[aria-label=Drop]')?.getAttribute('title'));
    expect(hint).toContain('belongs to a worker');
  });

  it('that are selected stay in sight when their frames take their room', async () => {
    const tab = await bench().open();
    await addConnections(tab, ...Array.from({ length: 24 }, (_, i) => `/path-${i}`));
    await clickRow(tab, 'Connections', 20);
    await tab.waitFor(() => {
      const grid = document.querySelector('[aria-label=Connections]')?.getBoundingClientRect();
      const row = document.querySelector('[aria-label=Connections] [aria-selected=true]')?.getBoundingClientRect();
      return document.querySelector('[aria-label=Frames]') && grid && row && row.bottom <= grid.bottom + 1;
    });
  });

  it('tick while they are open', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await waitForRow(tab, 'Connections', '30.9 s');
    await tab.evaluate((startMs: number) => window.harness.setNow(startMs + 125_050), START_MS);
    await waitForRow(tab, 'Connections', '2 min 05 s');
    await changeConnection(tab, 'doc/0', { goneAtMs: START_MS + 60_050 });
    await waitForRow(tab, 'Connections', '1 min 00 s', 'gone');
  });
});
