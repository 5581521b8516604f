/** The settings dialog, and what the status bar says of limits that are reached. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { STANDARD_BUDGETS } from '../../src/analysis/verdict/budgets.ts';
import { writeSettingsFile } from '../../src/panel/models/settings-file.ts';
import { DEFAULT_SETTINGS } from '../../src/protocol/settings.ts';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { addConnections, clickButton, waitForRows, waitForText } from './page.ts';

const PICTURES = fileURLToPath(new URL('../../artifacts/panel/', import.meta.url));
const DAY_MS = 24 * 60 * 60 * 1000;

const values = (tab: Tab) =>
  tab.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLInputElement>(
        'dialog :is(.settings-group-recording, .settings-group-storage) .settings-input',
      ),
    ].map(({ value }) => value),
  );
const isClosed = (tab: Tab) => tab.waitFor(() => !document.querySelector('dialog'));
const sent = (tab: Tab) => tab.evaluate(() => window.harness.background.sent);

async function openSettings(tab: Tab): Promise<void> {
  await clickButton(tab, 'Settings');
  await tab.waitFor(() => document.querySelector('dialog:modal'));
}

/** By keyboard: goes to the field and writes over what is there. */
async function write(tab: Tab, name: string, text: string): Promise<void> {
  await tab.evaluate((field: string) => {
    const input = document.querySelector<HTMLInputElement>(`[name=${field}]`);
    input?.focus();
    input?.select();
  }, name);
  await tab.type(text);
}

/** As if the user had chosen it in the browser's own dialog. */
function chooseFile(tab: Tab, text: string): Promise<void> {
  return tab.evaluate((content: string) => {
    const input = document.querySelector<HTMLInputElement>('dialog input[type=file]');
    const files = new DataTransfer();
    files.items.add(new File([content], 'settings.json', { type: 'application/json' }));
    if (!input) throw new Error('there is no field for a file');
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, text);
}

inEachBrowser('settings', (bench) => {
  it('are shown with their units, changed by keyboard and sent at once', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => document.querySelector<HTMLElement>('[aria-label=Settings]')?.focus());
    await tab.press('Enter');
    await tab.waitFor(() => document.querySelector('dialog:modal'));
    const fields = await tab.evaluate(() =>
      [
        ...document.querySelectorAll<HTMLInputElement>(
          'dialog :is(.settings-group-recording, .settings-group-storage) .settings-input',
        ),
      ].map((input) => {
        const described = (input.getAttribute('aria-describedby') ?? '').split(' ');
        return [input.labels?.[0]?.textContent, document.getElementById(described[0] ?? '')?.textContent, input.value];
      }),
    );
    expect(fields).toEqual([
      ['Keep of each frame, at most', 'KiB', '1024'],
      ['Keep payloads of one recording up to', 'MiB', '512'],
      ['Keep ended recordings up to', 'MiB', '1024'],
      ['Keep ended recordings for', 'days', '30'],
    ]);
    await write(tab, 'retentionAgeMs', '7');
    await tab.press('Enter');
    await isClosed(tab);
    expect(await sent(tab)).toEqual([
      {
        kind: 'setSettings',
        settings: { ...DEFAULT_SETTINGS, retentionAgeMs: 7 * DAY_MS },
      },
    ]);
    // The focus is back where it came from, and the next look shows what holds now.
    await tab.waitFor(() => document.activeElement?.getAttribute('aria-label') === 'Settings');
    await tab.press('Enter');
    await tab.waitFor(() => document.querySelector('dialog:modal'));
    expect(await values(tab)).toEqual(['1024', '512', '1024', '7']);
  });

  it('are refused at the field, with what to do, and nothing is sent', async () => {
    const tab = await bench().open();
    await openSettings(tab);
    await write(tab, 'keptPayloadBytes', '5000');
    await write(tab, 'retentionAgeMs', 'ever');
    await tab.press('Enter');
    await waitForText(tab, 'dialog', 'Write a whole number from 0 to 1,024.', 'Write a whole number from 1 to 3,650.');
    const state = await tab.evaluate(() => ({
      focused: document.activeElement?.getAttribute('name'),
      invalid: [...document.querySelectorAll('dialog [aria-invalid=true]')].map((input) => input.getAttribute('name')),
    }));
    expect(state).toEqual({ focused: 'keptPayloadBytes', invalid: ['keptPayloadBytes', 'retentionAgeMs'] });
    expect(await sent(tab)).toEqual([]);
    await write(tab, 'keptPayloadBytes', '64');
    await tab.waitFor(() => document.querySelectorAll('dialog [aria-invalid=true]').length === 1);
  });

  it('go back to the defaults, and are left alone by Escape and Cancel', async () => {
    const tab = await bench().open();
    await openSettings(tab);
    await write(tab, 'keptPayloadBytes', '1');
    await tab.press('Enter');
    await isClosed(tab);
    await openSettings(tab);
    await tab.click('.settings-reset');
    await tab.waitFor(() => document.querySelector<HTMLInputElement>('[name=keptPayloadBytes]')?.value === '1024');
    await tab.press('Escape');
    await isClosed(tab);
    await openSettings(tab);
    expect(await values(tab)).toEqual(['1', '512', '1024', '30']);
    await tab.click('.settings-reset');
    await tab.click('.settings .button-primary');
    await isClosed(tab);
    const kept = (await sent(tab)).map(
      (request) => request.kind === 'setSettings' && request.settings.keptPayloadBytes,
    );
    expect(kept).toEqual([1_024, 1_048_576]);
  });

  it('have switches', async () => {
    const tab = await bench().open();
    await openSettings(tab);
    const isOn = () =>
      tab.evaluate(() => document.querySelector<HTMLInputElement>('[name=probesAutomatically]')?.checked);
    expect(await isOn()).toBe(false);
    await tab.click('[name=probesAutomatically]');
    expect(await isOn()).toBe(true);
    await tab.click('.settings .button-primary');
    await isClosed(tab);
    expect(await sent(tab)).toEqual([
      { kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, probesAutomatically: true } },
    ]);
  });

  it('keep the panel behind them out of reach of its keys', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    await openSettings(tab);
    await tab.press('Control+L');
    await tab.press('Control+E');
    await tab.press('Escape');
    await isClosed(tab);
    expect(await sent(tab)).toEqual([]);
    await waitForRows(tab, 'Connections', 1);
  });

  it('choose the theme, at once and for good', async () => {
    const tab = await bench().open();
    await openSettings(tab);
    await tab.evaluate(() => {
      const select = document.querySelector<HTMLSelectElement>('[name=theme]');
      if (!select) return;
      select.value = 'dark';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await tab.click('.settings .button-primary');
    await tab.waitFor(() => document.querySelector('.panel.theme-dark'));
    await tab.evaluate(() => window.harness.setTheme('light'));
    await tab.reload();
    await tab.waitFor(() => document.querySelector('.panel.theme-dark'));
  });

  it('hold the budgets of verdicts, too, and say which is none', async () => {
    const tab = await bench().open();
    await openSettings(tab);
    await write(tab, 'reopenMs', 'soon');
    await tab.press('Enter');
    await waitForText(tab, 'dialog', 'must be a number from 0 to 86,400,000');
    await write(tab, 'reopenMs', '7000');
    await tab.press('Enter');
    await isClosed(tab);
    await openSettings(tab);
    expect(await tab.evaluate(() => document.querySelector<HTMLInputElement>('[name=reopenMs]')?.value)).toBe('7000');
  });

  it('are taken from a file; one that is none changes nothing and says so', async () => {
    const tab = await bench().open();
    await openSettings(tab);
    await chooseFile(tab, '{"log": {}}');
    await waitForText(tab, '.settings-group-file', 'These are no settings of Socketscope.');
    expect(await sent(tab)).toEqual([]);
    const file = {
      settings: { ...DEFAULT_SETTINGS, keptPayloadBytes: 1_024 },
      budgets: STANDARD_BUDGETS,
      preferences: { theme: 'dark' },
    };
    await chooseFile(tab, writeSettingsFile(file));
    await isClosed(tab);
    expect(await sent(tab)).toEqual([{ kind: 'setSettings', settings: file.settings }]);
    await tab.waitFor(() => document.querySelector('.panel.theme-dark'));
    await waitForText(tab, '.status', 'Imported.');
  });

  it('hold the columns of both lists, chosen at once with everything else', async () => {
    const tab = await bench().open('scene=busy');
    await waitForRows(tab, 'Connections', 12);
    const heads = () =>
      tab.evaluate(() => [...document.querySelectorAll('[role=columnheader]')].map(({ ariaLabel }) => ariaLabel));
    expect(await heads()).toContain('State');
    await openSettings(tab);
    await tab.click('[name=column-state]');
    await tab.click('.settings .button-primary');
    await isClosed(tab);
    expect(await heads()).not.toContain('State');
    await openSettings(tab);
    await tab.waitFor(() => document.querySelector<HTMLInputElement>('[name=column-state]')?.checked === false);
    await tab.click('.settings-reset');
    await tab.click('.settings .button-primary');
    await isClosed(tab);
    expect(await heads()).toContain('State');
  });

  it('that could not be stored are said to be so', async () => {
    const tab = await bench().open();
    await tab.evaluate(() =>
      window.harness.background.tell({
        kind: 'settings',
        settings: {
          keptPayloadBytes: 1,
          sessionPayloadsBytes: 1e7,
          retentionBytes: 1e9,
          retentionAgeMs: 86_400_000,
          probesAutomatically: false,
          recordStacks: false,
          watchListeners: false,
        },
        areSaved: false,
      }),
    );
    await waitForText(tab, '.status', 'Settings not saved');
  });

  it.each(['light', 'dark'])('have their picture taken (%s)', async (theme) => {
    const tab = await bench().open(`scene=busy&theme=${theme}`);
    await waitForRows(tab, 'Connections', 12);
    await openSettings(tab);
    await write(tab, 'retentionBytes', '1');
    await tab.press('Enter');
    await waitForText(tab, 'dialog', 'Write a whole number');
    // 330 px is what it has in a panel as narrow as they get.
    const outside = await tab.evaluate(() =>
      ['', '330px'].map((width) => {
        const dialog = document.querySelector('dialog');
        if (!dialog) return null;
        dialog.style.width = width;
        const { left, right } = dialog.getBoundingClientRect();
        const inside = [...dialog.querySelectorAll('*')].map((element) => element.getBoundingClientRect());
        dialog.style.width = '';
        return inside.filter((own) => own.width > 0 && (own.left < left || own.right > right)).length;
      }),
    );
    expect(outside).toEqual([0, 0]);
    mkdirSync(PICTURES, { recursive: true });
    const path = `${PICTURES}${bench().kind}-settings-${theme}.png`;
    await tab.screenshot(path);
    expect(statSync(path).size).toBeGreaterThan(20_000);
  });
});

inEachBrowser('the status bar', (bench) => {
  it('says what is held back while it lasts, and what had to be left out for good', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    const tell = (heldBackBytes: number, leftOut: 'nothing' | 'payloads' | 'frames') =>
      tab.evaluate(
        (bytes: number, what: 'nothing' | 'payloads' | 'frames') =>
          window.harness.background.tell({ kind: 'pressure', heldBackBytes: bytes, leftOut: what }),
        heldBackBytes,
        leftOut,
      );
    await tell(12_000_000, 'nothing');
    await waitForText(tab, '.status', 'Behind: 12.0 MB wait to be stored');
    await tell(24_000_000, 'payloads');
    await waitForText(tab, '.status', 'Behind: 24.0 MB wait to be stored, payloads are being left out');
    await tell(24_000_000, 'frames');
    await waitForText(tab, '.status', 'payloads and frames are being left out');
    await tell(0, 'nothing');
    await tab.waitFor(() => !document.querySelector('.status')?.textContent?.includes('Behind'));
    await tab.evaluate(
      (openedAtMs: number) => window.harness.document({ documentId: 'doc', openedAtMs, payloadsLeftOut: 17 }),
      Date.UTC(2026, 10, 21, 10),
    );
    await waitForText(tab, '.status', '17 payloads left out');
  });

  it('says of frames from before Clear what they are, and warns of nothing', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    await tab.evaluate(() => window.harness.gap('doc/0', 12, 'cleared'));
    await waitForText(tab, '.status', '12 frames from before Clear');
    expect(
      await tab.evaluate(() => document.querySelector('.status span.status-warning')?.textContent ?? null),
    ).toBeNull();
  });
});
