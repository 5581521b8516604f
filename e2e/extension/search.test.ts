/** Filter and search in the real extension: a worker over the real database, which no expression can take down for good. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { NEEDLE, NEEDLE_EVERY } from '../lab/sessions/frames.ts';
import { installSession } from '../lab/sessions/install.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`search in ${kind}`, () => suite(kind));

const FRAMES = 40_000;
/** Words within repetitions within repetitions, and an end that never comes: exponential in the length of the frame. */
const CATASTROPHE = '/([a-z]+ ?)+!/';

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let url: string;
  let panel: Tab;

  beforeAll(async () => {
    browser = await launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]) });
    url = await installSession(browser, { frames: FRAMES, connections: 10 });
  });
  afterAll(() => browser?.close());
  afterEach(() => panel?.close());

  async function open(): Promise<void> {
    panel = await browser.newTab(url);
    await panel.waitFor(() => document.querySelector('[aria-label=Connections] [role=row][aria-selected]'));
  }

  async function filterBy(text: string): Promise<void> {
    await panel.click('#filter');
    await panel.type(text);
  }

  const waitForCount = (words: string) =>
    panel.waitFor(
      (wanted: string) => document.querySelector('.filter-count, .find-count')?.textContent?.includes(wanted),
      words,
    );

  it('filters all frames of a stored session', async () => {
    await open();
    await filterBy(NEEDLE);
    await waitForCount('match');
    const count = await panel.evaluate(() => document.querySelector('.filter-count')?.textContent ?? '');
    const found = Number(count.split(' ')[0]);
    expect(count).toContain('40,000 frames');
    // One data frame in so many has it; heartbeats and greetings have not.
    expect(Math.abs(found - FRAMES / NEEDLE_EVERY)).toBeLessThan(4);
  });

  it('ends an expression that would go on for ever, says so, and filters on', async () => {
    await open();
    await filterBy(CATASTROPHE);
    await panel.waitFor(() => document.querySelector('.filter-problems')?.textContent?.includes('takes too long'));
    // The panel has been there all the time.
    await panel.press('Escape');
    await panel.waitFor(() => document.querySelector<HTMLInputElement>('#filter')?.value === '');
    await filterBy('$.type == "tick"');
    await waitForCount('match');
    expect(await panel.evaluate(() => document.querySelector('.filter-problems'))).toBeNull();
  });

  it('goes to a frame that the search bar found', async () => {
    await open();
    await panel.press('Control+F');
    await panel.waitFor(() => document.activeElement?.id === 'find');
    await panel.type(NEEDLE);
    await panel.waitFor(() => /^\d+ frames?$/.test(document.querySelector('.find-count')?.textContent ?? ''));
    await panel.press('Enter');
    await panel.waitFor(
      (needle: string) =>
        document.querySelector('[aria-label=Frames] [aria-selected=true]')?.textContent?.includes(needle) === true ||
        document.querySelector('.detail')?.textContent?.includes(needle),
      NEEDLE,
    );
    await waitForCount('1 of ');
  });
}
