/** How connections are listed: sorted, grouped, folded, with which columns; by mouse, by keyboard, and as told to assistive technology. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  addFrames,
  changeConnection,
  chooseFromMenu,
  clickRow,
  levelsOf,
  START_MS,
  waitForRow,
  waitForRows,
} from './page.ts';

const GRID = '[aria-label=Connections][aria-rowcount]';

/** Waits until the rows are these: the ends of their URLs, or what stands in wide ones. */
async function waitForNames(tab: Tab, ...wanted: readonly string[]): Promise<void> {
  await tab.waitFor(
    (css: string, list: readonly string[]) =>
      [...document.querySelectorAll(`${css} [role=row][aria-selected] [role=gridcell]:first-child`)]
        .map((cell) => cell.textContent?.replace('wss://api.example.test', ''))
        .join() === list.join(),
    GRID,
    wanted,
  );
}

const choose = (tab: Tab, item: string) => chooseFromMenu(tab, 'Columns and groups', item);

const ofHead = (tab: Tab, name: string, attribute: string) =>
  tab.evaluate(
    (css: string, label: string, wanted: string) =>
      document.querySelector(`${css} [role=columnheader][aria-label="${label}"]`)?.getAttribute(wanted),
    GRID,
    name,
    attribute,
  );

inEachBrowser('the list of connections', (bench) => {
  it('is sorted by a click on a head, the other way by the next, and as it was by the third', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/b', '/c', '/a');
    const head = `${GRID} [role=columnheader][aria-label=URL]`;
    await tab.click(head);
    await waitForNames(tab, '/a', '/b', '/c');
    expect(await ofHead(tab, 'URL', 'aria-sort')).toBe('ascending');
    expect(await ofHead(tab, 'State', 'aria-sort')).toBe('none');
    await tab.click(head);
    await waitForNames(tab, '/c', '/b', '/a');
    expect(await ofHead(tab, 'URL', 'aria-sort')).toBe('descending');
    await tab.click(head);
    await waitForNames(tab, '/b', '/c', '/a');
  });

  it('is sorted by keyboard: up from the first row to the heads, along them, Enter', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/b', '/a');
    await clickRow(tab, 'Connections', 0);
    await tab.press('ArrowUp');
    const active = () =>
      tab.evaluate((css: string) => document.querySelector(css)?.getAttribute('aria-activedescendant'), GRID);
    await tab.waitFor((css: string) => document.querySelector(`${css} .grid-head .is-active`), GRID);
    expect(await active()).toBe('Connections-head-url');
    await tab.press('Enter');
    await waitForNames(tab, '/a', '/b');
    await tab.press('ArrowRight');
    await tab.press('ArrowDown');
    await tab.waitFor((css: string) => !document.querySelector(`${css} .grid-head .is-active`), GRID);
    expect(await active()).toBe('Connections-1');
  });

  it('stays sorted while rows change', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b');
    await tab.click(`${GRID} [role=columnheader][aria-label="Frames in"]`);
    await addFrames(tab, 'doc/0', [{ atMs: START_MS, text: 'x' }]);
    await waitForNames(tab, '/b', '/a');
  });

  it('is grouped by what the user chooses, and remembers it', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b', '/a');
    await choose(tab, 'URL');
    await waitForRows(tab, 'Connections', 5);
    await waitForRow(tab, 'Connections', '/a', '2 connections', '2 open');
    expect(await tab.evaluate((css: string) => document.querySelector(css)?.getAttribute('role'), GRID)).toBe(
      'treegrid',
    );
    expect(await tab.evaluate(() => localStorage.getItem('socketscope.connections.group'))).toBe('"url"');
  });

  it('has groups that open and close, by keyboard and as told', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b');
    await changeConnection(tab, 'doc/1', { goneAtMs: START_MS + 900 });
    await choose(tab, 'State');
    await waitForRows(tab, 'Connections', 4);
    await clickRow(tab, 'Connections', 0);
    expect(await levelsOf(tab, 'Connections')).toEqual([
      ['1', 'true'],
      ['2', null],
      ['1', 'true'],
      ['2', null],
    ]);
    await tab.press('ArrowLeft');
    await waitForRows(tab, 'Connections', 3);
    expect((await levelsOf(tab, 'Connections'))[0]).toEqual(['1', 'false']);
    await tab.press('ArrowRight');
    await waitForRows(tab, 'Connections', 4);
    await tab.press('ArrowDown');
    await tab.press('ArrowLeft');
    await tab.waitFor((css: string) => document.querySelector(`${css} .is-group[aria-selected=true]`), GRID);
  });

  it('folds the sockets of dev servers into one row that opens', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/app', '/hmr', '/_next/webpack-hmr');
    await changeConnection(tab, 'doc/1', { protocol: 'vite-hmr', protocols: ['vite-hmr'] });
    await waitForNames(tab, '/app', '2 dev-server sockets');
    await tab.click(`${GRID} .grid-twisty`);
    await waitForNames(tab, '/app', '2 dev-server sockets', '/hmr', '/_next/webpack-hmr');
  });

  it('opens what hides the connection that was selected elsewhere', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/app', '/_next/webpack-hmr');
    await waitForNames(tab, '/app', '1 dev-server socket');
    await tab.evaluate(() => window.harness.select('doc/1'));
    await tab.waitFor((css: string) => document.querySelector(`${css} [aria-selected=true] .url`), GRID);
  });

  it('has the columns that the user wants, and remembers them', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    await choose(tab, 'Duration');
    await tab.waitFor(
      (css: string) => !document.querySelector(`${css} [role=columnheader][aria-label=Duration]`),
      GRID,
    );
    expect(await tab.evaluate(() => localStorage.getItem('socketscope.columns.connections'))).not.toContain('duration');
    await choose(tab, 'Duration');
    await tab.waitFor((css: string) => document.querySelector(`${css} [role=columnheader][aria-label=Duration]`), GRID);
  });

  it('draws the traffic of each connection', async () => {
    const tab = await bench().open('scene=busy');
    await waitForRows(tab, 'Connections', 12);
    await tab.waitFor(
      (css: string) =>
        (document.querySelector(`${css} [aria-rowindex="2"] .sparkline path`)?.getAttribute('d') ?? '').split('M')
          .length > 12,
      GRID,
    );
  });

  it('marks what was simulated, and says how much was found', async () => {
    const tab = await bench().open('scene=busy&found');
    await waitForRow(tab, 'Connections', '/binary', 'dropped');
    await waitForRow(tab, 'Connections', '/ticker', '1 finding');
  });
});
