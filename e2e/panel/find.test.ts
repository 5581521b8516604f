/** The search bar: all frames of all connections, counted, and gone to one by one. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  addFrames,
  clickButton,
  clickRow,
  filterBy,
  waitForRow,
  waitForRows,
  waitForText,
} from './page.ts';

const AT_MS = Date.UTC(2026, 10, 21, 10);
const text = (words: string) => ({ atMs: AT_MS, text: words });

const selectedText = (tab: Tab, grid: string) =>
  tab.evaluate(
    (label: string) =>
      document.querySelector(`[aria-rowcount][aria-label="${label}"] [aria-selected=true]`)?.textContent,
    grid,
  );

async function waitForSelectedText(tab: Tab, grid: string, words: string): Promise<void> {
  await tab.waitFor(
    (label: string, wanted: string) =>
      document.querySelector(`[aria-label="${label}"] [aria-selected=true]`)?.textContent?.includes(wanted),
    grid,
    words,
  );
}

inEachBrowser('the search bar', (bench) => {
  /** Frames of two connections with three needles between them. */
  async function openWithNeedles(): Promise<Tab> {
    const tab = await bench().open();
    await addConnections(tab, '/live', '/other');
    await addFrames(tab, 'doc/0', [text('hay'), text('a Needle 1'), ...Array.from({ length: 200 }, () => text('hay'))]);
    await addFrames(tab, 'doc/0', [text('needle 2')]);
    await addFrames(tab, 'doc/1', [text('hay'), text('the needle 3')]);
    return tab;
  }

  async function search(tab: Tab, words: string): Promise<void> {
    await tab.press('Control+F');
    await tab.waitFor(() => document.activeElement?.id === 'find');
    await tab.type(words);
  }

  it('counts what it finds, and shows it by connection with the hit marked', async () => {
    const tab = await openWithNeedles();
    await search(tab, 'needle');
    await waitForText(tab, '.find-count', '3 frames');
    await tab.waitFor(() => document.querySelectorAll('.find-hit').length === 3);
    const rows = await tab.evaluate(() =>
      [...document.querySelectorAll('.find-list [role=row][aria-selected]')].map((row) => row.textContent ?? ''),
    );
    expect(rows).toHaveLength(5);
    expect(rows[0]).toContain('/live');
    expect(rows[0]).toContain('2 frames');
    expect(rows[3]).toContain('/other');
    expect(await tab.evaluate(() => document.querySelector('.find-hit')?.textContent)).toBe('Needle');
  });

  it('goes to the next hit and back, round at the ends, over connections', async () => {
    const tab = await openWithNeedles();
    await search(tab, 'needle');
    await waitForText(tab, '.find-count', '3 frames');
    await tab.press('Enter');
    await waitForText(tab, '.find-count', '1 of 3');
    await waitForSelectedText(tab, 'Frames', 'Needle 1');
    await tab.press('Enter');
    await waitForSelectedText(tab, 'Frames', 'needle 2');
    await tab.press('F3');
    await waitForText(tab, '.find-count', '3 of 3');
    await waitForSelectedText(tab, 'Connections', '/other');
    await waitForSelectedText(tab, 'Frames', 'the needle 3');
    await tab.press('Enter');
    await waitForText(tab, '.find-count', '1 of 3');
    await tab.press('Shift+Enter');
    await waitForText(tab, '.find-count', '3 of 3');
    expect(await tab.evaluate(() => document.activeElement?.id)).toBe('find');
  });

  it('goes to the hit that is clicked', async () => {
    const tab = await openWithNeedles();
    await search(tab, 'needle');
    await tab.waitFor(() => document.querySelectorAll('.find-hit').length === 3);
    await tab.click('.find-list [aria-rowindex="6"]');
    await waitForSelectedText(tab, 'Frames', 'the needle 3');
    await waitForText(tab, '.find-count', '3 of 3');
    expect(await selectedText(tab, 'Connections')).toContain('/other');
  });

  it('tells cases apart when it is asked to', async () => {
    const tab = await openWithNeedles();
    await search(tab, 'needle');
    await waitForText(tab, '.find-count', '3 frames');
    await clickButton(tab, 'Match case');
    await waitForText(tab, '.find-count', '2 frames');
  });

  it('takes regular expressions, and says what is wrong with one', async () => {
    const tab = await openWithNeedles();
    await search(tab, 'needle [12]');
    await waitForText(tab, '.find-count', 'Nothing found');
    await clickButton(tab, 'Regular expression');
    await waitForText(tab, '.find-count', '2 frames');
    await tab.click('#find');
    await tab.press('End');
    await tab.type('(');
    await waitForText(tab, '.find-problem', 'Not a regular expression');
  });

  it('shows how far it is, and stops when it is told to; Escape again closes it', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(() => window.harness.bulk('doc/0', 3_000_000));
    await search(tab, 'frame 1');
    await tab.waitFor(() => document.querySelector('.find-busy'));
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('.find-busy'));
    expect(await tab.evaluate(() => document.querySelector('.find-count')?.textContent)).toMatch(/frames|stopped/);
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('.find'));
  });

  it('finds text in bytes, and shows markup as text', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    const bytes = [0xff, 0x00, ...'<img src=x onerror=alert(1)>'].map((one) =>
      typeof one === 'string' ? one.charCodeAt(0) : one,
    );
    await addFrames(tab, 'doc/0', [{ atMs: AT_MS, bytes }]);
    await search(tab, 'onerror');
    await tab.waitFor(() => document.querySelector('.find-hit'));
    expect(await tab.evaluate(() => document.querySelectorAll('.find img').length)).toBe(0);
  });

  it('goes past a filter that hides the frame', async () => {
    const tab = await openWithNeedles();
    await clickRow(tab, 'Connections', 0);
    await filterBy(tab, 'text:hay');
    await waitForRows(tab, 'Frames', 201);
    await search(tab, 'needle 2');
    await waitForText(tab, '.find-count', '1 frame');
    await tab.press('Enter');
    await waitForSelectedText(tab, 'Frames', 'needle 2');
    await waitForRows(tab, 'Frames', 203);
  });

  it('goes on with frames that come', async () => {
    const tab = await openWithNeedles();
    await search(tab, 'needle');
    await waitForText(tab, '.find-count', '3 frames');
    await addFrames(tab, 'doc/1', [text('needle 4')]);
    await waitForText(tab, '.find-count', '4 frames');
    await waitForRow(tab, '"Search results"', 'needle 4');
  });
});
