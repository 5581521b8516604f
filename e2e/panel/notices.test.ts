/** What had to be deleted while nobody looked: said in the list of sessions, and counted on its tab. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { waitForText } from './page.ts';

const tellDeleted = (tab: Tab) =>
  tab.evaluate(() =>
    window.harness.background.tell({
      kind: 'notices',
      notices: [
        {
          kind: 'deletedForRoom',
          atMs: 1_000,
          sessionId: 'gone',
          name: 'Last month',
          startedAtMs: 1,
          storedBytes: 48_000_000,
        },
      ],
    }),
  );

inEachBrowser('a session that had to go', (bench) => {
  it('is counted on the tab', async () => {
    const tab = await bench().open('scene=busy');
    await tellDeleted(tab);
    await waitForText(tab, '#view-sessions', 'Sessions1');
  });

  it('is named in the list, until somebody has read it', async () => {
    const tab = await bench().open('scene=busy');
    await tab.click('#view-sessions');
    await tellDeleted(tab);
    await waitForText(tab, '.sessions-notices', 'Last month', '48.0 MB');
    await tab.click('.sessions-notices .button');
    expect(
      await tab.waitFor(() =>
        window.harness.background.sent.flatMap((one) => (one.kind === 'session' ? [one.verb] : [])).at(-1),
      ),
    ).toEqual({ kind: 'dismissNotices', untilMs: 1_000 });
  });
});
