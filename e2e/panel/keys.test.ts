/** The list of all keys, and when the keys of the whole panel work. */
import { expect, it } from 'vitest';
import { inEachBrowser } from './bench.ts';
import { waitForText } from './page.ts';

inEachBrowser('the list of keys', (bench) => {
  it('is opened by ? and by its button, and closed by Escape', async () => {
    const tab = await bench().open();
    await tab.press('?');
    await waitForText(tab, 'dialog:modal', 'Keyboard shortcuts', 'Ctrl+E', 'Timeline');
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('dialog'));
    await tab.click('.status-help');
    await tab.waitFor(() => document.querySelector('dialog:modal'));
  });

  it('is not in the way of writing', async () => {
    const tab = await bench().open();
    await tab.click('#filter');
    await tab.type('a?b');
    expect(await tab.evaluate(() => document.querySelector<HTMLInputElement>('#filter')?.value)).toBe('a?b');
    expect(await tab.evaluate(() => document.querySelector('dialog'))).toBeNull();
  });
});

inEachBrowser('a moment', (bench) => {
  it('is marked by Shift+M with what happened, as it was when the keys were pressed', async () => {
    const tab = await bench().open();
    await tab.press('Shift+M');
    await tab.waitFor(() => document.activeElement?.closest('dialog:modal'));
    await tab.evaluate(() => window.harness.setNow(Date.UTC(2026, 10, 22)));
    await tab.type('Wi-Fi off');
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog'));
    expect(await tab.evaluate(() => window.harness.background.sent)).toMatchObject([
      {
        kind: 'session',
        verb: {
          kind: 'mark',
          mark: { atMs: Date.UTC(2026, 10, 21, 10, 0, 31), text: 'Wi-Fi off', connectionId: null, seq: null },
        },
      },
    ]);
  });
});
