/** The frames of a connection and what is in them. */
import { expect, it } from 'vitest';
import { FRAME_BLOB, FRAME_DISCARDED, FRAME_SIMULATED, FRAME_TRUNCATED } from '../../src/protocol/frame-columns.ts';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  addFrames,
  clickButton,
  clickRow,
  filterBy,
  listenForCopies,
  listenForWords,
  openWithFrames,
  rowsOf,
  START_MS,
  textFrame,
  waitForCopied,
  waitForRow,
  waitForRows,
  waitForSaid,
  waitForText,
} from './page.ts';

inEachBrowser('frames', (bench) => {
  async function openWith(...frames: Parameters<typeof addFrames>[2]) {
    const tab = await openWithFrames(bench(), frames);
    await waitForRows(tab, 'Frames', frames.length);
    return tab;
  }

  it('are those of the selected connection', async () => {
    const tab = await openWith(textFrame('hello'), textFrame('hi', true), { atMs: START_MS, bytes: [0xde, 0xad] });
    await waitForRow(tab, 'Frames', 'de ad');
    const rows = await rowsOf(tab, 'Frames');
    expect(rows.map((cells) => [cells[0], cells[2], cells[3], cells.at(-1)])).toEqual([
      ['in', '5 B', 'text', 'hello'],
      ['out', '2 B', 'text', 'hi'],
      ['in', '2 B', 'binary', 'de ad'],
    ]);
    await clickRow(tab, 'Connections', 1);
    await waitForRows(tab, 'Frames', 0);
  });

  it('are marked when they were simulated, discarded or cut', async () => {
    const tab = await openWith(
      { ...textFrame('invented'), flags: FRAME_SIMULATED },
      { ...textFrame('too late', true), flags: FRAME_DISCARDED },
      { ...textFrame('the beg'), flags: FRAME_TRUNCATED, sizeBytes: 2_000_000 },
    );
    await waitForRow(tab, 'Frames', 'simulated', 'invented');
    await waitForRow(tab, 'Frames', 'discarded', 'too late');
    await waitForRow(tab, 'Frames', 'truncated', 'the beg', '2.0 MB');
    await clickRow(tab, 'Frames', 2);
    await waitForText(tab, '.detail', '7 B of 2.0 MB kept');
  });

  it('open as a JSON tree when they are JSON, which opens and closes', async () => {
    const tab = await openWith(textFrame('42["order",{"id":12345678901234567890,"lines":[{"n":1},{"n":2}]}]'));
    await clickRow(tab, 'Frames', 0);
    const items = () =>
      tab.evaluate(() => [...document.querySelectorAll('.detail [role=treeitem]')].map((item) => item.textContent));
    await tab.waitFor(() => document.querySelectorAll('.detail [role=treeitem]').length === 9);
    expect((await items()).slice(0, 4)).toEqual([
      '42[] 2 items',
      '0: "order"',
      '1: {} 2 keys',
      'id: 12345678901234567890',
    ]);
    await tab.click('.detail [role=treeitem][aria-level="2"][aria-expanded=true]');
    await tab.waitFor(() => document.querySelectorAll('.detail [role=treeitem]').length === 3);
    expect((await items())[2]).toBe('1: {id: 12345678901234567890, lines: […]}');
    await tab.press('ArrowRight');
    await tab.waitFor(() => document.querySelectorAll('.detail [role=treeitem]').length === 9);
  });

  it('open as text when they are text, and as hex when they are bytes, and in any view that is asked for', async () => {
    const tab = await openWith(textFrame('plain words'), { atMs: START_MS, bytes: [0x00, 0x41, 0xff] });
    const selectedTab = () =>
      tab.evaluate(() => document.querySelector('.detail [role=tab][aria-selected=true]')?.textContent);
    await clickRow(tab, 'Frames', 0);
    await waitForText(tab, '.detail [role=tabpanel]', 'plain words');
    expect(await selectedTab()).toBe('Text');
    await clickRow(tab, 'Frames', 1);
    await waitForText(tab, '.detail [role=tabpanel]', '000000', '00 41 ff', '.A.');
    expect(await selectedTab()).toBe('Hex');
    await clickRow(tab, 'Frames', 0);
    await tab.click('#tab-hex');
    await waitForText(tab, '.detail [role=tabpanel]', '70 6c 61 69 6e', 'plain wo');
    expect(await tab.evaluate(() => document.querySelector<HTMLButtonElement>('#tab-value')?.disabled)).toBe(true);
  });

  it('show the bytes of a Blob when they have come', async () => {
    const tab = await openWith({ atMs: START_MS, bytes: [], sizeBytes: 3, flags: FRAME_BLOB });
    await waitForRow(tab, 'Frames', 'blob', 'Blob');
    await clickRow(tab, 'Frames', 0);
    await waitForText(tab, '.detail [role=tabpanel]', 'have not been read yet');
    await tab.evaluate(() => {
      window.harness.recording.addContent('doc/0', 0, [1, 2, 3]);
      window.harness.background.tellAll();
    });
    await waitForRow(tab, 'Frames', '01 02 03');
    await waitForText(tab, '.detail [role=tabpanel]', '01 02 03');
  });

  it('show markup as the text that it is', async () => {
    const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
    const tab = await openWith(
      textFrame(hostile),
      textFrame(`{"${hostile.replaceAll('"', '\\"')}":"</pre><b>bold</b>"}`),
    );
    await waitForRow(tab, 'Frames', hostile);
    await clickRow(tab, 'Frames', 0);
    await waitForText(tab, '.detail [role=tabpanel]', hostile);
    await clickRow(tab, 'Frames', 1);
    await waitForText(tab, '.detail [role=tabpanel]', '<b>bold</b>');
    const found = await tab.evaluate(() => [
      document.title,
      document.querySelectorAll('#panel img, #panel b, #panel script').length,
    ]);
    expect(found).toEqual(['Socketscope panel', 0]);
  });

  it('of a megabyte open quickly, and only what is in view is laid out', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate((atMs: number) => {
      const bytes = Array.from({ length: 1_000_000 }, (_, i) => i & 0xff);
      window.harness.frames('doc/0', [
        { atMs, text: JSON.stringify(Array.from({ length: 30_000 }, (_, i) => ({ id: i, name: `item ${i}` }))) },
        { atMs, bytes },
      ]);
    }, START_MS);
    await clickRow(tab, 'Connections', 0);
    await waitForRows(tab, 'Frames', 2);
    await clickRow(tab, 'Frames', 0);
    await waitForText(tab, '.detail', '30,000 items');
    expect(await tab.evaluate(() => document.querySelectorAll('.detail *').length)).toBeLessThan(800);
    await clickRow(tab, 'Frames', 1);
    await waitForText(tab, '.detail [role=tabpanel]', '000000', '00 01 02');
    expect(await tab.evaluate(() => document.querySelectorAll('.detail *').length)).toBeLessThan(800);
  });

  it('are copied as they are shown', async () => {
    const tab = await openWith(textFrame('{"b":1,"a":[2]}'));
    await clickRow(tab, 'Frames', 0);
    await tab.waitFor(() => document.querySelector('.detail [role=treeitem]'));
    await listenForCopies(tab);
    await listenForWords(tab, '.detail .copy-result');
    await clickButton(tab, 'Copy');
    await waitForSaid(tab, 'Copied');
    await waitForCopied(tab, '{\n  "b": 1,\n  "a": [\n    2\n  ]\n}');
  });

  it('that are missing have a row that says how many, and why', async () => {
    const tab = await openWith(textFrame('before'));
    await tab.evaluate(() => window.harness.gap('doc/0', 1_204, 'paused'));
    await addFrames(tab, 'doc/0', [textFrame('after')]);
    await waitForRows(tab, 'Frames', 3);
    await waitForRow(tab, 'Frames', 'after');
    expect((await rowsOf(tab, 'Frames'))[1]).toEqual(['1,204 frames not recorded: recording was off']);
    await waitForText(tab, '.status', '1,204 frames not recorded: recording was off');
  });

  it('are filtered by their text, with progress, and go on being so', async () => {
    const tab = await openWith(textFrame('ping'), textFrame('order 1'), textFrame('pong'), textFrame('ORDER 2'));
    await filterBy(tab, 'order');
    await waitForRows(tab, 'Frames', 2);
    await waitForText(tab, '.summary-count', '2 of 4 frames match');
    await addFrames(tab, 'doc/0', [textFrame('ping'), textFrame('order 3')]);
    await waitForRow(tab, 'Frames', 'order 3');
    await waitForRows(tab, 'Frames', 3);
    await tab.press('Escape');
    await waitForRows(tab, 'Frames', 6);
    await filterBy(tab, '-p');
    await waitForRows(tab, 'Frames', 3);
  });
});
