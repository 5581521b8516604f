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
    await press(tab, 'Rename …');
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
    await press(tab, 'Start session …');
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
