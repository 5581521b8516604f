/** Rows while they come: live, pinned to the end, virtual. */
import { expect, it } from 'vitest';
import { inEachBrowser } from './bench.ts';
import { addConnections, addFrames, changeConnection, clickRow, rowsOf, waitForRow, waitForRows } from './page.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
const frames = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ atMs: START_MS + from + i, text: `frame ${from + i}` }));

inEachBrowser('rows', (bench) => {
  it('appear when a connection is made, with what is known of it', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await waitForRow(tab, 'Connections', '/live', 'open');
    await addFrames(tab, 'doc/0', [
      { atMs: START_MS, text: 'in' },
      { atMs: START_MS, text: 'out!', isOut: true },
    ]);
    await waitForRow(tab, 'Connections', '2 B', '4 B');
    const head = await tab.evaluate(() =>
      [...document.querySelectorAll('[aria-label=Connections] [role=columnheader]')].map((cell) => cell.textContent),
    );
    const [row] = await rowsOf(tab, 'Connections');
    expect(Object.fromEntries(head.map((name, i) => [name, row?.[i]]))).toMatchObject({
      State: 'open',
      'Frames in': '1',
      'Frames out': '1',
      'Bytes in': '2 B',
      'Bytes out': '4 B',
    });
  });

  it('follow what comes, and stay where the user scrolled to', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await clickRow(tab, 'Connections', 0);
    await addFrames(tab, 'doc/0', frames(0, 500));
    await waitForRow(tab, 'Frames', 'frame 499');
    await addFrames(tab, 'doc/0', frames(500, 500));
    await waitForRow(tab, 'Frames', 'frame 999');
    await tab.evaluate(() => {
      const grid = document.querySelector('[aria-label=Frames]');
      if (grid) grid.scrollTop = 105 * (grid.querySelector('[role=row]')?.clientHeight ?? 0);
    });
    await waitForRow(tab, 'Frames', 'frame 105');
    const before = await rowsOf(tab, 'Frames');
    await addFrames(tab, 'doc/0', frames(1_000, 500));
    await waitForRows(tab, 'Frames', 1_500);
    expect(await rowsOf(tab, 'Frames')).toEqual(before);
    await tab.evaluate(() => {
      const grid = document.querySelector('[aria-label=Frames]');
      if (grid) grid.scrollTop = grid.scrollHeight;
    });
    await waitForRow(tab, 'Frames', 'frame 1499');
    await addFrames(tab, 'doc/0', frames(1_500, 500));
    await waitForRow(tab, 'Frames', 'frame 1999');
  });

  it('of a million frames cost no more elements than those of a hundred, and all can be reached', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/few', '/many');
    await addFrames(tab, 'doc/0', frames(0, 100));
    await clickRow(tab, 'Connections', 0);
    await waitForRow(tab, 'Frames', 'frame 99');
    const elements = () => tab.evaluate(() => document.querySelectorAll('[aria-label=Frames] *').length);
    const few = await elements();
    await tab.evaluate(() => window.harness.bulk('doc/1', 1_000_000));
    await clickRow(tab, 'Connections', 1);
    await waitForRow(tab, 'Frames', 'frame 999999 of many');
    expect(await elements()).toBeLessThanOrEqual(few + 20);
    // Not by a click: its first row may be half behind the heads.
    await tab.evaluate(() => document.querySelector<HTMLElement>('[aria-label=Frames]')?.focus());
    await tab.press('Home');
    await waitForRow(tab, 'Frames', 'frame 0 of many');
    await tab.press('PageDown');
    await tab.waitFor(() => {
      // Scrolls as often as it looks: the page that was turned may still be bringing its row into view.
      const grid = document.querySelector('[aria-label=Frames]');
      if (grid) grid.scrollTop = grid.scrollHeight / 2;
      const row = document.querySelector('[aria-label=Frames] [role=row][aria-selected]');
      const seq = Number(/frame (\d+) of many/.exec(row?.textContent ?? '')?.[1]);
      return seq > 490_000 && seq < 510_000;
    });
    expect(await elements()).toBeLessThanOrEqual(few + 20);
    await tab.press('End');
    await waitForRow(tab, 'Frames', 'frame 999999 of many');
  });

  it('are told to assistive technology as the rows they are of all', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await clickRow(tab, 'Connections', 0);
    await addFrames(tab, 'doc/0', frames(0, 1_000));
    await waitForRow(tab, 'Frames', 'frame 999');
    const told = await tab.evaluate(() => {
      const grid = document.querySelector('[aria-label=Frames]');
      const last = [...(grid?.querySelectorAll('[role=row]') ?? [])].at(-1);
      return {
        role: grid?.getAttribute('role'),
        rows: grid?.getAttribute('aria-rowcount'),
        last: last?.getAttribute('aria-rowindex'),
        columns: [...(grid?.querySelectorAll('[role=columnheader]') ?? [])].map((cell) => [
          cell.getAttribute('aria-colindex'),
          cell.getAttribute('aria-label'),
        ]),
        cells: [...(last?.querySelectorAll('[role=gridcell]') ?? [])].map((cell) => cell.getAttribute('aria-colindex')),
      };
    });
    expect(told).toEqual({
      role: 'treegrid',
      rows: '1001',
      last: '1001',
      columns: [
        ['1', 'Direction'],
        ['2', 'Time'],
        ['3', 'Size'],
        ['4', 'Kind'],
        ['5', 'Event'],
        ['6', 'Answer'],
        ['7', 'Text'],
      ],
      cells: ['1', '2', '3', '4', '5', '6', '7'],
    });
  });

  it('disappear with the page, or stay and are marked when the log is preserved', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/before');
    await tab.evaluate((startMs: number) => window.harness.navigate(startMs + 10_000), START_MS);
    await waitForRows(tab, 'Connections', 0);
    await tab.waitFor(() => document.body.textContent?.includes('1 connection of earlier pages hidden'));
    await tab.click('.toolbar-check input');
    await waitForRows(tab, 'Connections', 1);
    await tab.evaluate((startMs: number) => {
      window.harness.document({ documentId: 'doc', openedAtMs: startMs, goneAtMs: startMs + 9_000 });
    }, START_MS);
    await changeConnection(tab, 'doc/0', { goneAtMs: START_MS + 9_000 });
    await waitForRow(tab, 'Connections', 'page gone', 'gone', 'navigation');
  });
});
