/** A stored session in the panel: it says what it is, can be read, and offers nothing that only a live page can do. */
import { expect, it } from 'vitest';
import { inEachBrowser } from './bench.ts';
import { clickRow, waitForRow } from './page.ts';

inEachBrowser('a stored session', (bench) => {
  it('is named in the toolbar, in the place of what is done to a live one', async () => {
    const page = await bench().open('scene=busy&place=tab&stored');
    expect(await page.waitFor(() => document.querySelector('.toolbar-session')?.textContent)).toBe(
      'https://app.example.test/',
    );
    const labels = await page.evaluate(() =>
      [...document.querySelectorAll('.toolbar button')].map((button) => button.getAttribute('aria-label')),
    );
    for (const label of ['Record', 'Clear', 'Drop', 'Scenarios']) expect(labels).not.toContain(label);
    expect(await page.evaluate(() => document.querySelector('.status')?.textContent)).toContain('Stored session');
  });

  it('lets its connections and frames be read', async () => {
    const page = await bench().open('scene=busy&place=tab&stored');
    await clickRow(page, 'Connections', 0);
    await waitForRow(page, 'Frames', 'ACME');
  });

  it('may be of any size', async () => {
    const page = await bench().open('scene=generated&frames=200000&connections=200&place=tab&stored');
    await page.waitFor(() => document.querySelector('.status')?.textContent?.includes('200,000 frames'));
    // It is scrolled to its end: rows at the beginning of what is drawn may be under the heads.
    await clickRow(page, 'Connections', 199);
    await waitForRow(page, 'Frames', 'lorem');
  });

  it('is not asked to record, clear or drop by the keys for it', async () => {
    const page = await bench().open('scene=busy&place=tab&stored');
    await clickRow(page, 'Connections', 0);
    for (const keys of ['Control+e', 'Control+l', 'Shift+D']) await page.press(keys);
    expect(await page.evaluate(() => window.harness.background.sent)).toEqual([]);
    expect(await page.evaluate(() => document.querySelector('.status-drop')?.textContent)).toBe('');
  });
});
