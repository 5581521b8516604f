/** What the list of sessions has analysed: sessions that nobody has opened, and two of them side by side. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { clickRow, listenForCopies, waitForRows, waitForText } from './page.ts';

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
  async function press(tab: Tab, text: string): Promise<void> {
    await tab.waitFor((wanted: string) => {
      const button = [...document.querySelectorAll<HTMLButtonElement>('button')].find(
        (one) => one.textContent === wanted && !one.disabled,
      );
      button?.click();
      return button !== undefined;
    }, text);
  }

  /** The fixed session is chosen first, and is the later one all the same. */
  async function compareCarts(tab: Tab): Promise<void> {
    await openSessions(tab);
    await clickRow(tab, 'Sessions', 1);
    await press(tab, 'Compare…');
    await waitForText(tab, '.sessions', 'Choose a session to compare with');
    await clickRow(tab, 'Sessions', 3);
    await press(tab, 'Compare with “Cart survives a lost Wi-Fi”');
    await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'compare'));
  }

  const tellCompared = (tab: Tab) =>
    tab.evaluate(() =>
      window.harness.files.tell({
        kind: 'compared',
        comparison: {
          figures: [
            { id: 'opening', title: 'Time to open, middle', unit: 'ms', before: 920, after: 130, change: 'better' },
            { id: 'failed', title: 'Handshakes that failed', unit: 'count', before: 0, after: 2, change: 'worse' },
            { id: 'connections', title: 'Connections', unit: 'count', before: 15, after: 7, change: 'unclear' },
          ],
          closes: [{ code: 1006, name: 'Abnormal Closure', before: 9, after: 1 }],
          lines: [
            {
              id: 'reopened',
              title: 'Open again',
              before: { passed: 1, failed: 6, pending: 0, notApplicable: 0, interrupted: 0 },
              after: { passed: 7, failed: 0, pending: 0, notApplicable: 0, interrupted: 0 },
              medianBefore: 14_000,
              medianAfter: 1_200,
              unit: 'ms',
              change: 'better',
            },
          ],
          findings: [],
        },
      }),
    );

  it('are compared in the order of their time, whichever was chosen first', async () => {
    const tab = await bench().open('scene=busy');
    await compareCarts(tab);
    expect(await jobs(tab, 'compare')).toMatchObject([{ beforeId: 'before', afterId: 'wifi' }]);
  });

  it('stand side by side, with words for what is better and what is worse', async () => {
    const tab = await bench().open('scene=busy');
    await compareCarts(tab);
    await tellCompared(tab);
    await tab.waitFor(() => document.querySelectorAll('.comparison tbody tr').length === 5);
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
