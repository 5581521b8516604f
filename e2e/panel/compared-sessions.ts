/** Two sessions of the list, compared: the steps to it and a result that has every part one can have. */
import type { Comparison } from '../../src/report/compare/compare.ts';
import type { Tab } from '../browsers/browser.ts';
import { busyAnalysis } from './harness/scene-findings.ts';
import { clickRow, press, START_MS, waitForRows, waitForText } from './page.ts';

const FOUND = busyAnalysis(START_MS).findings ?? [];

const COMPARISON: Comparison = {
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
  // The first is gone, the second new.
  findings: FOUND.map((finding, i) => ({
    rule: finding.rule,
    where: (['before', 'after'] as const)[i] ?? 'both',
    before: i === 1 ? [] : [finding],
    after: i === 0 ? [] : [finding],
  })),
};

/** From the list of sessions to a comparison under way. The fixed session is chosen first, and is the later one all the same. */
export async function compareCarts(tab: Tab): Promise<void> {
  await tab.click('#view-sessions');
  await waitForRows(tab, 'Sessions', 5);
  await clickRow(tab, 'Sessions', 1);
  await press(tab, 'Compare…');
  await waitForText(tab, '.sessions', 'Choose a session to compare with');
  await clickRow(tab, 'Sessions', 3);
  await press(tab, 'Compare with “Cart survives a lost Wi-Fi”');
  await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'compare'));
}

/** Ends it, as the worker would. */
export async function tellCompared(tab: Tab): Promise<void> {
  await tab.evaluate(
    (comparison: Comparison) => window.harness.files.tell({ kind: 'compared', comparison }),
    COMPARISON,
  );
  await tab.waitFor(() => document.querySelectorAll('.comparison tbody tr').length === 5);
}
