/** Statistics: loaded when they are looked at, drawn, and told as tables. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { addConnections, waitForText } from './page.ts';

const PICTURES = fileURLToPath(new URL('../../artifacts/panel/', import.meta.url));
const FOUND = 'scene=busy&found';

async function openStatistics(tab: Tab): Promise<void> {
  await tab.click('#view-statistics');
  await tab.waitFor(() => document.querySelectorAll('.chart canvas').length >= 7);
}

const titles = (tab: Tab) =>
  tab.evaluate(() => [...document.querySelectorAll('.chart h3')].map((title) => title.textContent));

inEachBrowser('statistics', (bench) => {
  it('are loaded when they are looked at, not before', async () => {
    const tab = await bench().open(FOUND);
    const scripts = () =>
      tab.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /Statistics/.test(name)).length);
    expect(await scripts()).toBe(0);
    await openStatistics(tab);
    expect(await scripts()).toBeGreaterThan(0);
  });

  it('say that there is nothing to count yet', async () => {
    const tab = await bench().open();
    await addConnections(tab);
    await tab.click('#view-statistics');
    await waitForText(tab, '.statistics', 'Nothing to count yet');
  });

  it('draw what there is, and tell it as tables', async () => {
    const tab = await bench().open(FOUND);
    await openStatistics(tab);
    expect(await titles(tab)).toEqual([
      'Open connections',
      'Frames per second',
      'How long connections lived',
      'Silence before the end',
      'How they ended',
      'Heartbeat round trips',
      'Answers to requests',
      'Lost by endpoint',
    ]);
    const table = await tab.evaluate(() => {
      const chart = [...document.querySelectorAll('.chart')].find((one) => one.textContent?.includes('How they ended'));
      return [...(chart?.querySelectorAll('tbody th') ?? [])].map((name) => name.textContent);
    });
    expect(table).toEqual([
      '1006 Abnormal closure',
      '1000 Normal closure',
      '1008 Policy violation',
      '1012 Service restart',
    ]);
    // Something is on every canvas.
    const drawn = await tab.evaluate(() =>
      [...document.querySelectorAll<HTMLCanvasElement>('.chart canvas')].every((canvas) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return pixels.some((value) => value > 0);
      }),
    );
    expect(drawn).toBe(true);
  });

  it('are told of all recordings, too', async () => {
    const tab = await bench().open(FOUND);
    await openStatistics(tab);
    await tab.click('#scope-all');
    await waitForText(tab, '.statistics', '3 recordings, 11 connections', 'Lost by hour of day');
  });

  it('say why the recordings could not be read', async () => {
    const tab = await bench().open(FOUND);
    await openStatistics(tab);
    await tab.evaluate(() => window.harness.analysis.failToCount('no disk'));
    await tab.click('#scope-all');
    await waitForText(tab, '.statistics', 'The recordings could not be read: no disk');
  });

  it('take on the colours of the theme while they are shown', async () => {
    const tab = await bench().open(FOUND);
    await openStatistics(tab);
    const hasColour = (red: number, green: number, blue: number) =>
      tab.waitFor(
        (r: number, g: number, b: number) =>
          [...document.querySelectorAll<HTMLCanvasElement>('.chart canvas')].some((canvas) => {
            const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
            for (let i = 0; i < pixels.length; i += 4) {
              if (pixels[i] === r && pixels[i + 1] === g && pixels[i + 2] === b) return true;
            }
            return false;
          }),
        red,
        green,
        blue,
      );
    // --abnormal, light and dark.
    await hasColour(0xc5, 0x22, 0x1f);
    await tab.evaluate(() => window.harness.setTheme('dark'));
    await hasColour(0xf2, 0x8b, 0x82);
  });

  it('need no more than 360 px', async () => {
    const tab = await bench().open(`${FOUND}&width=360`);
    await openStatistics(tab);
    const outside = await tab.evaluate(
      () =>
        [...document.querySelectorAll('.chart, .chart canvas, .statistics-head')].filter(
          (element) => element.getBoundingClientRect().right > 361,
        ).length,
    );
    expect(outside).toBe(0);
  });

  it.each(['light', 'dark'])('have their picture taken (%s)', async (theme) => {
    const tab = await bench().open(`${FOUND}&theme=${theme}`);
    await openStatistics(tab);
    mkdirSync(PICTURES, { recursive: true });
    const path = `${PICTURES}${bench().kind}-statistics-${theme}.png`;
    await tab.screenshot(path);
    expect(statSync(path).size).toBeGreaterThan(20_000);
  });
});
