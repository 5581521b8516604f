/** The view of all sessions: the list, what is done with one of them, and starting one. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { clickRow, rowsOf, waitForRows, waitForText } from './page.ts';

const COUNT = 5;

async function openSessions(tab: Tab): Promise<void> {
  await tab.click('#view-sessions');
  await waitForRows(tab, 'Sessions', COUNT);
}

/** The verbs that the background was given. */
const asked = (tab: Tab) =>
  tab.evaluate(() =>
    window.harness.background.sent.flatMap((request) => (request.kind === 'session' ? [request.verb] : [])),
  );

async function press(tab: Tab, text: string): Promise<void> {
  await tab.waitFor((wanted: string) => {
    const button = [...document.querySelectorAll<HTMLButtonElement>('.sessions button')].find(
      (one) => one.textContent === wanted && !one.disabled,
    );
    button?.click();
    return button !== undefined;
  }, text);
}

const names = async (tab: Tab) => (await rowsOf(tab, 'Sessions')).map(([name]) => name);

inEachBrowser('the sessions', (bench) => {
  it('are listed with what was found in them, what is being recorded first', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    const rows = await rowsOf(tab, 'Sessions');
    expect(rows[0]?.join(' ')).toContain('recording');
    const kept = rows[1]?.join(' | ');
    expect(kept).toContain('★ Cart survives a lost Wi-Fi — SHOP-4711: after the fix');
    expect(kept).toContain('3.4 MB');
    await waitForText(tab, '.sessions-head', '5 sessions', 'the browser counts 52.4 MB');
  });

  it('are searched, and sorted by their heads', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await tab.click('.sessions-search');
    await tab.type('cart before');
    await waitForRows(tab, 'Sessions', 1);
    await tab.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('.sessions-search');
      if (!input) return;
      input.value = '';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await waitForRows(tab, 'Sessions', COUNT);
    await tab.click('#Sessions-head-size');
    await tab.waitFor(() => document.querySelector('#Sessions-1')?.textContent?.includes('dashboard'));
    expect((await names(tab)).slice(1, 3)).toEqual([
      'https://dashboard.example.test',
      expect.stringContaining('★ Cart'),
    ]);
  });

  it('are pinned, and deleted with a way back', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await clickRow(tab, 'Sessions', 3);
    await press(tab, 'Pin');
    await press(tab, 'Delete');
    await waitForText(tab, '.sessions', 'was deleted.');
    await press(tab, 'Undo');
    await tab.waitFor(() => !document.querySelector('.sessions')?.textContent?.includes('was deleted'));
    const [{ sessionId } = { sessionId: '' }, ...rest] = (await asked(tab)) as readonly { sessionId: string }[];
    expect([{ sessionId }, ...rest]).toMatchObject([
      { sessionId },
      { kind: 'delete', sessionId },
      { kind: 'restore', sessionId },
    ]);
  });

  it('cannot be deleted while they are recorded; what goes wrong is said', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await clickRow(tab, 'Sessions', 0);
    expect(
      await tab.waitFor(() =>
        [...document.querySelectorAll<HTMLButtonElement>('.sessions-actions button')]
          .filter(({ disabled }) => disabled)
          .map(({ textContent }) => textContent),
      ),
    ).toEqual(['Delete']);
    await tab.evaluate(() => window.harness.background.setSessionAnswer({ outcome: 'notFound', sessionId: null }));
    await clickRow(tab, 'Sessions', 1);
    await press(tab, 'Delete');
    await waitForText(tab, '.sessions', 'is not there any more. Another window may have deleted it.');
  });

  it('are renamed, by keyboard', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await clickRow(tab, 'Sessions', 1);
    await press(tab, 'Rename…');
    await tab.waitFor(() => document.querySelector('dialog:modal [name=text]'));
    await tab.evaluate(() => document.querySelector<HTMLInputElement>('dialog [name=text]')?.select());
    await tab.type('Anders');
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog'));
    expect(await asked(tab)).toEqual([{ kind: 'rename', sessionId: 'wifi', name: 'Anders' }]);
  });

  it('are started with a name and further tabs, and stopped', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await press(tab, 'Start session…');
    await waitForText(tab, 'dialog', 'The shop’s back office');
    await tab.click('[name=sessionName]');
    await tab.type('Night');
    await tab.click('dialog .session-tabs label:last-child input');
    await tab.click('[name=goesOn]');
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog'));
    expect(await asked(tab)).toEqual([{ kind: 'start', name: 'Night', tabIds: [7], goesOn: true }]);
    await tab.evaluate(() => {
      const [first] = window.harness.sessions.stored;
      if (!first) return;
      const session = { ...first, kind: 'named' as const, name: 'Night', goesOn: true as const };
      window.harness.background.tell({ kind: 'session', session, tabIds: [1, 7] });
    });
    await waitForText(tab, '.sessions-current', 'Recording: Night', '2 tabs', 'goes on until it is stopped');
    // One tab in its place of another.
    await press(tab, 'Tabs…');
    await waitForText(tab, 'dialog:modal', 'Tabs of “Night”', 'The shop’s till');
    expect(
      await tab.evaluate(() =>
        [...document.querySelectorAll<HTMLInputElement>('.session-tabs input')].map(({ checked }) => checked),
      ),
    ).toEqual([false, true]);
    await tab.click('.session-tabs label:nth-of-type(1) input');
    await tab.click('.session-tabs label:nth-of-type(2) input');
    await tab.evaluate(() => window.harness.background.setSessionAnswer({ outcome: 'notFound', sessionId: null }));
    await tab.press('Enter');
    await waitForText(tab, 'dialog:modal', 'One of the tabs has been closed.');
    await tab.evaluate(() => window.harness.background.setSessionAnswer({ outcome: 'done', sessionId: null }));
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog'));
    expect((await asked(tab)).at(-1)).toEqual({ kind: 'setTabs', tabIds: [1, 9] });
    await press(tab, 'Stop session');
    expect((await asked(tab)).at(-1)).toMatchObject({ kind: 'stop' });
  });

  it('of this site are always recorded when that is wanted', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await waitForText(tab, '.sessions-always', 'Always record');
    await tab.click('.sessions-always input');
    expect((await asked(tab)).at(-1)).toMatchObject({ kind: 'setAlwaysOn', on: true });
  });

  it('say when they cannot be read', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => window.harness.sessions.setError('the disk is on fire'));
    await tab.click('#view-sessions');
    await waitForText(tab, '.sessions', 'The sessions could not be read: the disk is on fire');
  });
});

inEachBrowser('an export', (bench) => {
  const jobs = (tab: Tab) => tab.evaluate(() => window.harness.files.jobs);

  async function openExport(tab: Tab): Promise<void> {
    await openSessions(tab);
    await clickRow(tab, 'Sessions', 1);
    await press(tab, 'Export…');
    await tab.waitFor(() => document.querySelector('dialog:modal.export'));
    // It begins a moment later: whatever is told before and meant for another job would be told to it.
    await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'preview'));
  }

  /** A click has been sent when it returns; the page may be told of it later than of what is evaluated next. */
  async function save(tab: Tab, times: number): Promise<void> {
    await tab.click('dialog .button-primary');
    await tab.waitFor(
      (wanted: number) => window.harness.files.jobs.filter(({ kind }) => kind === 'export').length === wanted,
      times,
    );
  }

  it('shows what will be hidden before anything is written', async () => {
    const tab = await bench().open('scene=busy');
    await openExport(tab);
    await tab.evaluate(() =>
      window.harness.files.tell({
        kind: 'previewed',
        preview: {
          secrets: [
            {
              name: 'REDACTED-token-1',
              kind: 'token',
              sample: 'ey…Mw (212)',
              count: 7,
              places: ['url', 'frame'],
              first: { place: 'url', connectionId: null, seq: null },
            },
          ],
          secretCount: 1,
          hiddenCount: 7,
          leftOut: 2,
        },
      }),
    );
    await waitForText(
      tab,
      '.export-preview',
      '1 secret in 7 places',
      'REDACTED-token-1',
      'ey…Mw',
      '2 compressed payloads',
    );
  });

  it('is written in the format and with the redaction that were chosen', async () => {
    const tab = await bench().open('scene=busy');
    await openExport(tab);
    await tab.click('dialog [name=format][value=har]');
    await tab.click('dialog [name=mode][value=metadata]');
    await save(tab, 1);
    expect((await jobs(tab)).at(-1)).toMatchObject({
      kind: 'export',
      sessionId: 'wifi',
      format: 'har',
      redaction: { mode: 'metadata', patterns: [] },
    });
    await tab.evaluate(() => window.harness.files.tell({ kind: 'progress', done: 5_000, total: 20_000 }));
    await waitForText(tab, '.export-progress', 'Writing: 5,000 of 20,000');
    await tab.evaluate(() => window.harness.files.finish('{}'));
    await tab.waitFor(() => !document.querySelector('dialog'));
    await waitForText(tab, '.status-notice', 'downloads: Cart-survives-a-lost-Wi-Fi-');
  });

  it('refuses a pattern that is none, with its line', async () => {
    const tab = await bench().open('scene=busy');
    await openExport(tab);
    await tab.click('dialog [name=patterns]');
    await tab.type('(a');
    await waitForText(tab, '.export-patterns', 'Line 1:');
    await tab.click('dialog .button-primary');
    expect((await jobs(tab)).some(({ kind }) => kind === 'export')).toBe(false);
  });

  it('is ended by Cancel, and says why it failed', async () => {
    const tab = await bench().open('scene=busy');
    await openExport(tab);
    await save(tab, 1);
    await tab.evaluate(() => window.harness.files.tell({ kind: 'failed', problem: 'no space left' }));
    await waitForText(tab, 'dialog', 'The file was not written: no space left');
    await save(tab, 2);
    const before = await tab.evaluate(() => window.harness.files.counters.ended);
    await tab.click('dialog .settings-buttons .button:not(.button-primary)');
    await tab.waitFor((ended: number) => window.harness.files.counters.ended > ended, before);
    expect(await tab.evaluate(() => document.querySelector('dialog.export') !== null)).toBe(true);
  });
});

inEachBrowser('an import', (bench) => {
  /** As if the user had dropped it onto the list. */
  function dropFile(tab: Tab, name: string): Promise<void> {
    return tab.evaluate((fileName: string) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{}'], fileName));
      document.querySelector('.sessions')?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    }, name);
  }

  it('is begun by dropping files, tells what was left out, and leads to the session', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await dropFile(tab, 'shop.ndjson');
    await waitForText(tab, '.sessions', 'Reading shop.ndjson');
    await tab.evaluate(() =>
      window.harness.files.tell({
        kind: 'imported',
        report: {
          sessionId: 'new',
          read: { documents: 1, connections: 3, frames: 1_204, refused: 0 },
          problems: [
            { line: 17, text: 'This is no JSON: <script>' },
            { line: 4, unit: 'entry', text: 'This entry is no JSON' },
          ],
          refused: 1,
          brokenBy: null,
        },
      }),
    );
    await waitForText(
      tab,
      '.sessions',
      'Imported “shop.ndjson”: 3 connections, 1,204 frames.',
      'Line 17: This is no JSON',
      'Entry 4: This entry is no JSON',
    );
    expect((await asked(tab)).at(-1)).toEqual({ kind: 'importEnded' });
    expect(await tab.evaluate(() => document.querySelector('.sessions script'))).toBeNull();
  });

  it('asks what to do with a file that is broken off', async () => {
    const tab = await bench().open('scene=busy');
    await openSessions(tab);
    await dropFile(tab, 'half.ndjson');
    await tab.waitFor(() => window.harness.files.jobs.some(({ kind }) => kind === 'import'));
    await tab.evaluate(() =>
      window.harness.files.tell({
        kind: 'asksToKeep',
        problem: 'The file is broken off: its end is missing.',
        read: { documents: 1, connections: 2, frames: 500, refused: 0 },
      }),
    );
    await waitForText(tab, '.sessions', 'its end is missing. 2 connections and 500 frames were read before that.');
    await press(tab, 'Keep what was read');
    expect(await tab.evaluate(() => window.harness.files.orders)).toEqual([{ kind: 'keep', on: true }]);
  });
});
