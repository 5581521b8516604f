/** What the list of sessions has analysed: sessions that nobody has opened, and two of them side by side. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { compareCarts, tellCompared } from './compared-sessions.ts';
import { listenForCopies, press, waitForRows, waitForText } from './page.ts';

const COUNT = 5;

async function openSessions(tab: Tab): Promise<void> {
  await tab.click('#view-sessions');
  await waitForRows(tab, 'Sessions', COUNT);
}

const jobs = (tab: Tab, kind: string) =>
  tab.evaluate((wanted: string) => window.harness.files.jobs.filter((job) => job.kind === wanted), kind);

inEachBrowser('a session that nobody has opened', (bench) => {
  it('is analysed while the list is looked at, and what was found is kept', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'summarise'));
    // Neither the one that is recorded nor those that are analysed.
    expect(await jobs(tab, 'summarise')).toMatchObject([{ sessionId: 'firefox' }]);
    await tab.evaluate(() =>
      window.harness.files.summarised({
        atMs: 1,
        connections: 2,
        frames: 3,
        closes: 2,
        abnormal: 1,
        findings: { problem: 1, warning: 0, note: 0 },
        verdicts: { passed: 0, failed: 0 },
      }),
    );
    expect(
      await tab.waitFor(() =>
        window.harness.background.sent.flatMap((request) => (request.kind === 'session' ? [request.verb] : [])).at(-1),
      ),
    ).toMatchObject({ kind: 'setSummary', sessionId: 'firefox', summary: { connections: 2, abnormal: 1 } });
  });

  it('is left alone when the list is left', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'summarise'));
    await tab.click('#view-connections');
    await tab.waitFor(() => window.harness.files.counters.ended === 1);
  });
});

inEachBrowser('two sessions', (bench) => {
  it('are compared in the order of their time, whichever was chosen first', async () => {
    const tab = await bench().open('scene=busy');
    await compareCarts(tab);
    expect(await jobs(tab, 'compare')).toMatchObject([{ beforeId: 'before', afterId: 'wifi' }]);
  });

  it('stand side by side, with words for what is better and what is worse', async () => {
    const tab = await bench().open('scene=busy');
    await compareCarts(tab);
    await tellCompared(tab);
    const rows = await tab.evaluate(() =>
      [...document.querySelectorAll('.comparison tbody tr')].map((row) =>
        [...row.children].map(({ textContent }) => textContent).join(' | '),
      ),
    );
    expect(rows).toEqual([
      '1006 Abnormal Closure | 9 | 1 | ',
      'Time to open, middle | 920 ms | 130 ms | ✓ better',
      'Handshakes that failed | 0 | 2 | ✗ worse',
      'Connections | 15 | 7 | ≠ different',
      'Open again | 1 passed, 6 failed, 14.0 s | 7 passed, 0 failed, 1.20 s | ✓ better',
    ]);
    await listenForCopies(tab);
    await tab.click('.comparison .sessions-end button');
    const copied = await tab.waitFor(() => document.documentElement.dataset.copied);
    expect(copied).toContain('- After: **Cart survives a lost Wi-Fi** · ');
    expect(copied).toContain('| Handshakes that failed | 0 | 2 | ✗ worse |');
  });

  it('are left for the list', async () => {
    const tab = await bench().open('scene=busy');
    await compareCarts(tab);
    await press(tab, 'Back to the list');
    await waitForRows(tab, 'Sessions', COUNT);
  });

  it('say why they could not be compared', async () => {
    const tab = await bench().open('scene=busy');
    await compareCarts(tab);
    await tab.evaluate(() => window.harness.files.tell({ kind: 'failed', problem: 'the disk is on fire' }));
    await waitForText(tab, '.comparison', 'The sessions could not be compared: the disk is on fire');
  });
});
