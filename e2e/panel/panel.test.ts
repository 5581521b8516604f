/** The panel as a whole: its controls and keys, what it says when something is wrong, its looks. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  addFrames,
  clickButton,
  clickRow,
  selectedRow,
  waitForPixels,
  waitForRow,
  waitForRows,
  waitForSelected,
  waitForText,
} from './page.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
const PICTURES = fileURLToPath(new URL('../../artifacts/panel/', import.meta.url));

inEachBrowser('the panel', (bench) => {
  it('says what to do while there is nothing to see', async () => {
    const tab = await bench().open();
    await waitForText(tab, '[aria-label=Connections]', 'No WebSocket yet', 'Reload the page');
    await clickButton(tab, 'Record');
    await waitForText(tab, '[aria-label=Connections]', 'Recording is off', 'Press Record');
  });

  it('has controls with constant names', async () => {
    const tab = await bench().open();
    const names = await tab.evaluate(() =>
      [...document.querySelectorAll('.toolbar :is(button, input, a)')].map(
        (control) => control.getAttribute('aria-label') ?? control.closest('label, a')?.textContent,
      ),
    );
    expect(names).toEqual([
      'Record',
      'Clear',
      'Drop',
      'Scenarios',
      'Mark this moment',
      'Filter',
      'Preserve log',
      'Open in a tab',
      'Search',
      'Settings',
    ]);
    await clickButton(tab, 'Record');
    await waitForText(tab, '.status', 'Paused');
    expect(await tab.evaluate(() => document.querySelector('[aria-label=Record]')?.getAttribute('aria-pressed'))).toBe(
      'false',
    );
    await addConnections(tab, '/live');
    await clickButton(tab, 'Clear');
    await waitForRows(tab, 'Connections', 0);
    expect(await tab.evaluate(() => window.harness.background.sent)).toEqual([
      { kind: 'setRecording', on: false },
      { kind: 'clear' },
    ]);
  });

  it('is used by keyboard alone', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b', '/c');
    await addFrames(
      tab,
      'doc/2',
      Array.from({ length: 300 }, (_, i) => ({ atMs: START_MS + i, text: `{"n":${i}}` })),
    );
    await tab.evaluate(() => document.querySelector<HTMLElement>('[aria-label=Connections]')?.focus());
    await tab.press('ArrowDown');
    await waitForSelected(tab, 'Connections', 0);
    await tab.press('End');
    await waitForSelected(tab, 'Connections', 2);
    await tab.press('ArrowUp');
    await tab.press('ArrowDown');
    await waitForSelected(tab, 'Connections', 2);
    await waitForRow(tab, 'Frames', '{"n":299}');
    await tab.press('Enter');
    await tab.press('Home');
    await waitForRow(tab, 'Frames', '{"n":0}');
    await tab.press('PageDown');
    await tab.waitFor(
      () =>
        Number(document.querySelector('[aria-label=Frames] [aria-selected=true]')?.getAttribute('aria-rowindex')) > 4,
    );
    await tab.press('PageUp');
    await waitForSelected(tab, 'Frames', 0);
    const active = await tab.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      return document.getElementById(id ?? '')?.getAttribute('aria-rowindex');
    });
    expect(active).toBe('2');
    await tab.waitFor(() => document.querySelector('.detail [role=tree]'));
    await tab.press('Enter');
    expect(await tab.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tree');
  });

  it('has keys for record, clear, filter and drop, which do not disturb typing', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    await clickRow(tab, 'Connections', 0);
    await tab.press('/');
    expect(await tab.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Filter');
    await tab.press('Shift+D');
    expect(await tab.evaluate(() => document.querySelector<HTMLInputElement>('[aria-label=Filter]')?.value)).toBe('D');
    await tab.press('Escape');
    await clickRow(tab, 'Connections', 0);
    await tab.press('Shift+D');
    await tab.press('Control+E');
    await waitForText(tab, '.status', 'Paused');
    await tab.press('Control+L');
    await waitForRows(tab, 'Connections', 0);
    expect(await tab.evaluate(() => window.harness.background.sent.map(({ kind }) => kind))).toEqual([
      'drop',
      'setRecording',
      'clear',
    ]);
  });

  it.each([
    ['newer', 'newer version of Socketscope', 'Update Socketscope'],
    ['broken', 'cannot be read or written', 'restart the browser'],
    ['full', 'no space left', 'Free some disk space'],
    ['blocked', 'in use by another version', 'Close other DevTools windows'],
  ] as const)('explains a store that is %s, and deletes nothing without asking', async (failure, title, advice) => {
    const tab = await bench().open();
    await tab.evaluate(
      (kind: 'newer' | 'broken' | 'full' | 'blocked') =>
        window.harness.background.tell({ kind: 'storeFailed', failure: kind, detail: 'SomeError: its own words' }),
      failure,
    );
    await waitForText(tab, '[role=alert]', title, advice, 'SomeError: its own words');
    await waitForText(tab, '.status', 'Not recording');
    const buttons = () =>
      tab.evaluate(() => [...document.querySelectorAll('[role=alert] button')].map((button) => button.textContent));
    expect(await buttons()).toEqual(['Try again', 'Delete all recordings…']);
    await tab.click('[role=alert] button:last-child');
    await waitForText(tab, '[role=alertdialog]', 'for good?');
    expect(await buttons()).toEqual(['Delete all recordings', 'Keep them']);
    await tab.click('[role=alertdialog] button:last-child');
    expect(await tab.evaluate(() => window.harness.recording.counters.deletions)).toBe(0);
    await tab.click('[role=alert] button:last-child');
    await tab.click('[role=alertdialog] .button-danger');
    await tab.waitFor(() => !document.querySelector('[role=alert]'));
    expect(await tab.evaluate(() => window.harness.recording.counters.deletions)).toBe(1);
  });

  it('tries again when it is told to', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => window.harness.background.tell({ kind: 'storeFailed', failure: 'blocked', detail: '' }));
    await tab.click('[role=alert] .button-primary');
    await tab.waitFor(() => !document.querySelector('[role=alert]'));
    expect(await tab.evaluate(() => window.harness.background.sent)).toEqual([{ kind: 'retry' }]);
  });

  it('says when the extension was replaced under it', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => window.harness.background.orphan());
    await waitForText(tab, '[role=alert]', 'Socketscope was updated or reloaded', 'Close DevTools');
  });

  it('is dark in dark DevTools, and changes with them', async () => {
    const tab = await bench().open('theme=dark');
    const lightness = () =>
      tab.evaluate(() => {
        const colours = getComputedStyle(document.querySelector('.panel') ?? document.body);
        const sum = (colour: string) =>
          [...colour.matchAll(/\d+/g)].slice(0, 3).reduce((total, [part]) => total + Number(part), 0);
        return [sum(colours.backgroundColor), sum(colours.color)];
      });
    const [darkGround = 999, darkText = 0] = await lightness();
    expect(darkGround).toBeLessThan(200);
    expect(darkText).toBeGreaterThan(600);
    await tab.evaluate(() => window.harness.setTheme('light'));
    await tab.waitFor(() => document.querySelector('.theme-light'));
    const [lightGround = 0, lightText = 999] = await lightness();
    expect(lightGround).toBeGreaterThan(740);
    expect(lightText).toBeLessThan(120);
  });

  it.each([360, 500, 900, 1600])('is usable at a width of %d px', async (width) => {
    const tab = await bench().open(`scene=busy&width=${width}`);
    await waitForRows(tab, 'Connections', 12);
    await clickRow(tab, 'Connections', 0);
    await waitForRow(tab, 'Frames', 'tick');
    await clickRow(tab, 'Frames', 134);
    await tab.waitFor(() => document.querySelector('.detail [role=treeitem]'));
    const problems = await tab.evaluate((px: number) => {
      const outside = [
        ...document.querySelectorAll('.toolbar *, [role=gridcell], [role=tab], .status > *, .summary-head > *'),
      ]
        .filter((element) => element.getBoundingClientRect().right > px + 0.5)
        .map((element) => element.className);
      const small = [...document.querySelectorAll('[aria-rowcount], [role=tabpanel], canvas')]
        .filter((element) => element.clientHeight < 40 || element.clientWidth < 100)
        .concat(
          [...document.querySelectorAll('.detail [role=tree]')].filter(
            (tree) => tree.clientHeight < (px < 720 ? 100 : 60),
          ),
        )
        .map((element) => element.className);
      return { outside, small, isTooHigh: document.documentElement.scrollHeight > innerHeight };
    }, width);
    expect(problems).toEqual({ outside: [], small: [], isTooHigh: false });
  });

  it('shows whose doing an abnormal end was beside its code, whole', async () => {
    const tab = await bench().open('scene=busy&found');
    await tab.waitFor(() => document.querySelector('[role=gridcell] .family'));
    const cut = await tab.evaluate(() =>
      [...document.querySelectorAll('[role=gridcell]:has(.family)')]
        .filter((cell) => cell.scrollWidth > cell.clientWidth)
        .map((cell) => cell.textContent),
    );
    expect(cut).toEqual([]);
  });

  it('shows in red that it records, also beside the content of a frame', async () => {
    const tab = await bench().open('scene=busy');
    await clickRow(tab, 'Connections', 0);
    await waitForRow(tab, 'Frames', 'tick');
    const colour = () => tab.evaluate(() => getComputedStyle(document.querySelector('.tool-record') as Element).color);
    const before = await colour();
    await clickRow(tab, 'Frames', 134);
    await tab.waitFor(() => document.querySelector('.detail [role=treeitem]'));
    expect([before, await colour()]).toEqual(['rgb(197, 34, 31)', 'rgb(197, 34, 31)']);
  });

  it('remembers the sizes of its panes', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    const share = () => tab.evaluate(() => document.querySelector('[role=separator]')?.getAttribute('aria-valuenow'));
    expect(await share()).toBe('30');
    await tab.evaluate(() => document.querySelector<HTMLElement>('[role=separator]')?.focus());
    await tab.press('ArrowDown');
    await tab.press('ArrowDown');
    expect(await share()).toBe('34');
    await tab.reload();
    await tab.waitFor(() => document.querySelector('[role=separator]')?.getAttribute('aria-valuenow') === '34');
  });

  it('draws the timeline: lanes in their colours, marks where connections ended', async () => {
    const tab = await bench().open('scene=busy');
    await waitForRows(tab, 'Connections', 12);
    // Frames are read bit by bit: wait for the ticks of the last lane in view.
    await waitForPixels(tab, { '#c5221f': 30, '#8430ce': 30, '#0b57d0': 500, '#137333': 100 });
    const told = await tab.evaluate(() => document.querySelector('canvas')?.getAttribute('aria-label'));
    expect(told).toBe('12 connections, 2 abnormal closes');
    await tab.click('.timeline-scroller');
    expect(await selectedRow(tab, 'Connections')).toBeGreaterThanOrEqual(0);
    await tab.press('+');
    await tab.waitFor(() => document.querySelector('.timeline-tool[aria-label^="Show all"]:enabled'));
    await tab.press('0');
    await tab.waitFor(() => document.querySelector('.timeline-tool[aria-label^="Show all"]:disabled'));
  });

  it.each(['light', 'dark'])('has its picture taken (%s)', async (theme) => {
    const tab = await bench().open(`scene=busy&theme=${theme}`);
    await waitForRows(tab, 'Connections', 12);
    await clickRow(tab, 'Connections', 0);
    await waitForRow(tab, 'Frames', 'tick');
    await clickRow(tab, 'Frames', 134);
    await tab.waitFor(() => document.querySelector('.detail [role=treeitem]'));
    mkdirSync(PICTURES, { recursive: true });
    const path = `${PICTURES}${bench().kind}-${theme}.png`;
    await tab.screenshot(path);
    expect(statSync(path).size).toBeGreaterThan(20_000);
  });
});
