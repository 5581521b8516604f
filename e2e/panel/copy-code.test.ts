/** A conversation as code: what is asked of the worker, and what is said of it. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { clickRow, waitForText } from './page.ts';

async function openCode(tab: Tab): Promise<void> {
  await clickRow(tab, 'Connections', 1);
  await tab.click('.command-menu > button');
  await tab.waitFor(() => {
    const item = [...document.querySelectorAll<HTMLElement>('.command-menu [role=menuitem]')].find(
      ({ textContent }) => textContent === 'Copy as code…',
    );
    item?.click();
    return item !== undefined;
  });
  await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'snippet'));
}

const lastJob = (tab: Tab) => tab.evaluate(() => window.harness.files.jobs.at(-1));

const tellSnippet = (tab: Tab, leftOut: number) =>
  tab.evaluate(
    (count: number) =>
      window.harness.files.tell({
        kind: 'snippet',
        snippet: { kind: 'ws', title: 'Node script', fileName: 'recorded.mjs', text: "import WebSocket from 'ws';\n" },
        leftOut: count,
      }),
    leftOut,
  );

inEachBrowser('a conversation as code', (bench) => {
  it('is written without secrets', async () => {
    const tab = await bench().open('scene=busy');
    await openCode(tab);
    expect(await lastJob(tab)).toMatchObject({
      kind: 'snippet',
      snippet: 'playwright',
      redaction: { mode: 'secrets' },
    });
  });

  it('is written with them when that is wanted', async () => {
    const tab = await bench().open('scene=busy');
    await openCode(tab);
    await tab.click('dialog [name=withSecrets]');
    await tab.waitFor(() => window.harness.files.jobs.filter(({ kind }) => kind === 'snippet').length === 2);
    expect(await lastJob(tab)).toMatchObject({ kind: 'snippet', redaction: { mode: 'none' } });
  });

  it('is shown, with the number of frames that are not in it', async () => {
    const tab = await bench().open('scene=busy');
    await openCode(tab);
    await tellSnippet(tab, 1_204);
    await waitForText(tab, 'dialog.code', '1,204 frames are not in it');
    expect(await tab.evaluate(() => document.querySelector<HTMLTextAreaElement>('dialog [name=code]')?.value)).toBe(
      "import WebSocket from 'ws';\n",
    );
  });
});
