/** The filter: what it lets through, what it says, what it offers, what it remembers. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addFrames,
  clickButton,
  filterBy,
  openWithFrames,
  rowsOf,
  START_MS,
  textFrame,
  waitForRow,
  waitForRows,
  waitForText,
} from './page.ts';

const fieldText = (tab: Tab) =>
  tab.evaluate(() => document.querySelector<HTMLInputElement>('[aria-label=Filter]')?.value);
const optionsOf = (tab: Tab) =>
  tab.evaluate(() => [...document.querySelectorAll('.filter-label')].map((label) => label.textContent));

inEachBrowser('the filter', (bench) => {
  /** Two connections; the first is selected. */
  async function openWith(...frames: Parameters<typeof addFrames>[2]) {
    const tab = await openWithFrames(bench(), frames);
    await addFrames(tab, 'doc/1', [textFrame('{"type":"order","price":7}')]);
    await waitForRows(tab, 'Frames', frames.length);
    return tab;
  }

  it('lists the connections that have frames that match, and counts both', async () => {
    const tab = await openWith(textFrame('a'), textFrame('b'));
    await tab.click('[aria-label="Deselect"]');
    await filterBy(tab, 'text:order');
    await waitForRows(tab, 'Connections', 1);
    await waitForText(tab, '.filter-strip', '1 of 3 frames match, in 1 connection');
    expect((await rowsOf(tab, 'Connections'))[0]?.[0]).toContain('other');
  });

  it.each([
    ['dir:out', ['b']],
    ['size:>3', ['{"price":4}']],
    ['/^[ab]$/', ['a', 'b']],
    ['-/^[ab]$/', ['{"price":4}']],
    ['$.price > 3', ['{"price":4}']],
    ['$..price exists dir:out', []],
  ])('understands %s', async (filter, rows) => {
    const tab = await openWith(textFrame('a'), textFrame('b', true), textFrame('{"price":4}'));
    await filterBy(tab, filter);
    await waitForRows(tab, 'Frames', rows.length);
    for (const row of rows) await waitForRow(tab, 'Frames', row);
  });

  it('says in words what is wrong with an expression, and uses the rest', async () => {
    const tab = await openWith(textFrame('apple'), textFrame('pear'));
    await filterBy(tab, 'pear /(/');
    await waitForText(tab, '.filter-problems', '/(/', 'Not a regular expression', 'quotes');
    await waitForRows(tab, 'Frames', 1);
    expect(await tab.evaluate(() => document.querySelector('#filter')?.getAttribute('aria-invalid'))).toBe('true');
  });

  it('says that pages cannot see pings', async () => {
    const tab = await openWith(textFrame('a'));
    await filterBy(tab, 'kind:ping');
    await waitForText(tab, '.filter-problems', 'Pages cannot see ping frames', 'is:heartbeat');
  });

  it('says what is wrong with a path that no parser takes', async () => {
    const tab = await openWith(textFrame('{"a":1}'));
    await filterBy(tab, '$.a[?]');
    await waitForText(tab, '.filter-problems', '$.a[?]', 'Not a JSON path');
  });

  it('is narrowed by a span of the timeline, which has a name and a way out', async () => {
    const tab = await openWith(textFrame('early'), textFrame('late', false, START_MS + 5_000));
    await tab.evaluate((atMs: number) => window.harness.brush({ fromMs: atMs + 1_000, toMs: atMs + 9_000 }), START_MS);
    await waitForRows(tab, 'Frames', 1);
    await waitForRow(tab, 'Frames', 'late');
    await clickButton(tab, 'Show all times again');
    await waitForRows(tab, 'Frames', 2);
  });

  it('offers keys and their values, which the keyboard chooses', async () => {
    const tab = await openWith(textFrame('a'), textFrame('b', true));
    await filterBy(tab, 'di');
    await tab.waitFor(() => document.querySelector('.filter-option'));
    expect(await optionsOf(tab)).toEqual(['dir:']);
    await tab.press('ArrowDown');
    await tab.press('Enter');
    await tab.waitFor(() => document.querySelectorAll('.filter-option').length === 2);
    expect(await optionsOf(tab)).toEqual(['in', 'out']);
    await tab.press('ArrowDown');
    await tab.press('ArrowDown');
    const active = await tab.evaluate(() => {
      const id = document.querySelector('#filter')?.getAttribute('aria-activedescendant') ?? '';
      return document.getElementById(id)?.textContent;
    });
    expect(active).toBe('out');
    await tab.press('Enter');
    await waitForRows(tab, 'Frames', 1);
    expect(await fieldText(tab)).toBe('dir:out');
  });

  it('saves filters under a name, for the next time, until they are deleted', async () => {
    const tab = await openWith(textFrame('a'), textFrame('b', true));
    await filterBy(tab, 'dir:out');
    await tab.click('.filter-action');
    await tab.waitFor(() => document.activeElement?.classList.contains('filter-name'));
    await tab.type('What I say');
    await tab.press('Enter');
    await tab.waitFor(() => document.querySelector('.filter-actions button'));
    await tab.reload();
    await tab.waitFor(() => document.querySelector('.status-recording'));
    await tab.click('[aria-label=Filter]');
    await waitForText(tab, '.filter-popup', 'Saved', 'What I say', 'dir:out');
    await tab.click('.filter-option');
    await tab.waitFor(() => document.querySelector<HTMLInputElement>('#filter')?.value === 'dir:out');
    await tab.press('Escape');
    await tab.waitFor(() => document.querySelector('.filter-popup'));
    await tab.press('ArrowDown');
    await tab.press('Delete');
    await tab.waitFor(() => !document.querySelector('.filter-popup')?.textContent?.includes('What I say'));
  });

  it('offers what was used lately', async () => {
    const tab = await openWith(textFrame('a'));
    await filterBy(tab, 'size:>1k');
    await tab.press('Enter');
    await tab.press('Escape');
    await waitForText(tab, '.filter-popup', 'Lately', 'size:>1k');
  });

  it('explains itself, with examples that one can take', async () => {
    const tab = await openWith(textFrame('a'));
    await filterBy(tab, 'x');
    await tab.click('.filter-action[title="What a filter can say"]');
    await waitForText(tab, 'dialog', '$.items[0].price > 3', 'JSONPath');
    await tab.click('dialog .filter-example');
    await tab.waitFor(() => document.querySelector<HTMLInputElement>('#filter')?.value === 'order placed');
  });

  it('goes on with what comes', async () => {
    const tab = await openWith(textFrame('{"type":"tick"}'), textFrame('{"type":"order"}'));
    await filterBy(tab, '$.type == "tick"');
    await waitForRows(tab, 'Frames', 1);
    for (let i = 2; i < 5; i++) {
      await addFrames(tab, 'doc/0', [textFrame('{"type":"order"}'), textFrame(`{"type":"tick","n":${i}}`)]);
      await waitForRows(tab, 'Frames', i);
    }
  });
});
