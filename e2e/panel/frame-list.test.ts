/** How frames are listed: heartbeats folded, columns, times, markers, generations, and where the list stays. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addFrames,
  chooseFromMenu,
  clickRow,
  levelsOf,
  loseAndReconnect,
  openWithFrames,
  rowsOf,
  START_MS,
  selectedRow,
  textFrame,
  waitForRow,
  waitForRows,
} from './page.ts';

const GRID = '[aria-label=Frames][aria-rowcount]';
const frames = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ atMs: START_MS + 10 * (from + i), text: `frame ${from + i}` }));

/** A tick, then `beats` pings with their answers, 25 s apart, then a tick. */
function beating(beats: number) {
  return [
    { atMs: START_MS, text: 'tick 0' },
    ...Array.from({ length: beats }, (_, i) => [
      { atMs: START_MS + 25_000 * (i + 1), text: 'ping' },
      { atMs: START_MS + 25_000 * (i + 1) + 12, text: 'pong', isOut: true },
    ]).flat(),
    { atMs: START_MS + 25_000 * beats + 500, text: 'tick 1' },
  ];
}

const choose = (tab: Tab, item: string) => chooseFromMenu(tab, 'Columns and times', item);

inEachBrowser('the list of frames', (bench) => {
  const openWith = (...list: Parameters<typeof addFrames>[2]) => openWithFrames(bench(), list);

  it('folds heartbeats into one row that opens and closes', async () => {
    const tab = await openWith(...beating(12));
    await waitForRows(tab, 'Frames', 3);
    await waitForRow(tab, 'Frames', '12 heartbeats, 25.0 s');
    await tab.click(`${GRID} .grid-twisty`);
    await waitForRows(tab, 'Frames', 27);
    await waitForRow(tab, 'Frames', 'ping');
    await clickRow(tab, 'Frames', 1);
    await tab.press('ArrowLeft');
    await waitForRows(tab, 'Frames', 3);
    await tab.press('Enter');
    await waitForRows(tab, 'Frames', 27);
  });

  it('tells assistive technology what is open and what is in it', async () => {
    const tab = await openWith(...beating(2));
    await waitForRows(tab, 'Frames', 3);
    expect(await levelsOf(tab, 'Frames')).toEqual([
      ['1', null],
      ['1', 'false'],
      ['1', null],
    ]);
    await tab.click(`${GRID} .grid-twisty`);
    await waitForRows(tab, 'Frames', 7);
    expect((await levelsOf(tab, 'Frames')).slice(1, 3)).toEqual([
      ['1', 'true'],
      ['2', null],
    ]);
  });

  it('does not fold what the user wants to see', async () => {
    const tab = await openWith(...beating(3));
    await waitForRows(tab, 'Frames', 3);
    await choose(tab, 'Fold heartbeats');
    await waitForRows(tab, 'Frames', 8);
  });

  it('goes on folding while heartbeats come', async () => {
    const tab = await openWith({ atMs: START_MS, text: 'tick' }, ...beating(1).slice(1, 3));
    await waitForRows(tab, 'Frames', 2);
    await addFrames(tab, 'doc/0', [
      { atMs: START_MS + 50_000, text: 'ping' },
      { atMs: START_MS + 50_020, text: 'pong', isOut: true },
    ]);
    await waitForRow(tab, 'Frames', '2 heartbeats, 25.0 s');
    await waitForRows(tab, 'Frames', 2);
  });

  it('says what a frame is called, and how long its answer took', async () => {
    const tab = await openWith(
      { atMs: START_MS, text: '{"jsonrpc":"2.0","id":1,"method":"sum","params":[1,2]}', isOut: true },
      { atMs: START_MS + 250, text: '{"jsonrpc":"2.0","id":1,"result":3}' },
    );
    await waitForRow(tab, 'Frames', 'sum', '250 ms');
  });

  it('tells times by the clock, since the opening, or since the row before, and remembers it', async () => {
    const tab = await openWith(...frames(0, 3));
    await waitForRow(tab, 'Frames', 'frame 2');
    const times = async () => (await rowsOf(tab, 'Frames')).map((cells) => cells[1]);
    await choose(tab, 'Since the row before');
    await waitForRow(tab, 'Frames', '+0.010 s');
    expect(await times()).toEqual(['', '+0.010 s', '+0.010 s']);
    await choose(tab, 'Since the connection opened');
    await waitForRow(tab, 'Frames', '−0.030 s');
    expect(await times()).toEqual(['−0.050 s', '−0.040 s', '−0.030 s']);
    expect(await tab.evaluate(() => localStorage.getItem('socketscope.frames.time'))).toBe('"opening"');
  });

  it('has the columns that the user wants', async () => {
    const tab = await openWith(...frames(0, 2));
    await choose(tab, 'Number');
    await tab.waitFor((css: string) => document.querySelector(`${css} [role=columnheader][aria-label=Number]`), GRID);
    await choose(tab, 'Kind');
    await tab.waitFor((css: string) => !document.querySelector(`${css} [role=columnheader][aria-label=Kind]`), GRID);
  });

  it('stays where the user looks while heartbeats above are folded, and leads back to the end', async () => {
    const tab = await openWith(...beating(40), ...frames(200_000, 300));
    await waitForRow(tab, 'Frames', 'frame 200299');
    await tab.waitFor((css: string) => document.querySelector(css)?.getAttribute('aria-rowcount') === '304', GRID);
    expect(await tab.evaluate(() => document.querySelector('.grid-to-end'))).toBeNull();
    await tab.evaluate((css: string) => {
      const grid = document.querySelector(css);
      if (grid) grid.scrollTop = 100 * (grid.querySelector('[role=row]')?.clientHeight ?? 0);
    }, GRID);
    await waitForRow(tab, 'Frames', 'frame 200098');
    const before = await rowsOf(tab, 'Frames');
    await choose(tab, 'Fold heartbeats');
    await waitForRows(tab, 'Frames', 382);
    await waitForRow(tab, 'Frames', 'frame 200098');
    expect((await rowsOf(tab, 'Frames'))[1]).toEqual(before[1]);
    await tab.click('.grid-to-end');
    await waitForRow(tab, 'Frames', 'frame 200299');
    await tab.waitFor(() => !document.querySelector('.grid-to-end'));
  });

  it('shows all generations of a conversation, and selects frames of each', async () => {
    const tab = await openWith(...frames(0, 3));
    await loseAndReconnect(tab, START_MS + 2_000, START_MS + 3_000, START_MS + 3_050);
    await addFrames(tab, 'doc/2', [textFrame('again', false, START_MS + 3_100)]);
    await waitForRows(tab, 'Frames', 3);
    await choose(tab, 'All sockets of this conversation');
    await waitForRows(tab, 'Frames', 6);
    await waitForRow(tab, 'Frames', '1 of 2', '1006');
    await waitForRow(tab, 'Frames', 'again');
    await clickRow(tab, 'Frames', 5);
    await tab.waitFor(() => document.querySelector('[aria-label=Connections] [aria-rowindex="4"][aria-selected=true]'));
    expect(await selectedRow(tab, 'Frames')).toBe(5);
  });

  it('is limited to the part of time that is brushed', async () => {
    const tab = await openWith(...frames(0, 10));
    await waitForRow(tab, 'Frames', 'frame 9');
    await tab.evaluate((atMs: number) => window.harness.brush({ fromMs: atMs + 20, toMs: atMs + 50 }), START_MS);
    await waitForRows(tab, 'Frames', 3);
    await waitForRow(tab, 'Frames', 'frame 4');
    await tab.evaluate(() => window.harness.brush(null));
    await waitForRows(tab, 'Frames', 10);
  });

  it('flags what was marked, frames and moments, also among heartbeats', async () => {
    const tab = await openWith(...beating(3));
    await waitForRows(tab, 'Frames', 3);
    await tab.evaluate((atMs: number) => {
      const mark = { sessionId: 'session-1', documentId: null, kind: 'marker' } as const;
      const context = [
        { ...mark, contextId: 1, connectionId: 'doc/0', seq: 3, atMs: atMs + 50_000, text: 'this ping' },
        { ...mark, contextId: 2, connectionId: null, atMs: atMs + 10, text: 'clicked Save' },
      ];
      window.harness.background.tell({ kind: 'evidence', sessionId: 'session-1', handshakes: [], probes: [], context });
    }, START_MS);
    await waitForRow(tab, 'Frames', 'this ping', 'ping');
    await waitForRow(tab, 'Frames', 'clicked Save');
    await waitForRows(tab, 'Frames', 10);
  });
});
