/** What is done with single frames: copied, marked, compared, opened, written and sent. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  addFrames,
  changeConnection,
  clickRow,
  listenForCopies,
  waitForCopied,
  waitForRow,
  waitForText,
} from './page.ts';

const AT_MS = Date.UTC(2026, 10, 21, 10);
const at = (text: string, isOut = false) => ({ atMs: AT_MS, text, isOut });

inEachBrowser('frames', (bench) => {
  async function openWith(...list: Parameters<typeof addFrames>[2]) {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await addFrames(tab, 'doc/0', list);
    await clickRow(tab, 'Connections', 0);
    await tab.waitFor(
      (count: number) =>
        document.querySelectorAll('[aria-label=Frames] [role=row][aria-selected]').length === count &&
        !document.querySelector('[aria-label=Frames]')?.textContent?.includes('Reading'),
      list.length,
    );
    return tab;
  }

  /** Opens the menu of a row by keyboard, and chooses an item of it; null: just opens it. */
  async function choose(tab: Tab, row: number, item: string | null): Promise<void> {
    await clickRow(tab, 'Frames', row);
    await tab.press('Shift+F10');
    await tab.waitFor(() => document.querySelector('[role=menu]'));
    if (item === null) return;
    await tab.evaluate(
      (label: string) =>
        [...document.querySelectorAll<HTMLElement>('[role=menu] [role^=menuitem]')]
          .find((element) => element.textContent?.startsWith(label))
          ?.click(),
      item,
    );
  }

  it.each([
    ['Text', '{"a":[1]}'],
    ['JSON, indented', '{\n  "a": [\n    1\n  ]\n}'],
    ['Base64', 'eyJhIjpbMV19'],
    ['JavaScript literal', '"{\\"a\\":[1]}"'],
  ])('are copied as %s', async (form, copied) => {
    const tab = await openWith(at('{"a":[1]}'));
    await listenForCopies(tab);
    await choose(tab, 0, form);
    await waitForCopied(tab, copied);
  });

  it('have a menu that closes by Escape and gives the focus back', async () => {
    const tab = await openWith(at('x'));
    await choose(tab, 0, null);
    await tab.press('ArrowDown');
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('[role=menu]'));
    expect(await tab.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Frames');
  });

  it('are marked with a key, and the mark is changed and removed', async () => {
    const tab = await openWith(at('one'), at('two'));
    await clickRow(tab, 'Frames', 1);
    await tab.waitFor(() => document.querySelector('.detail'));
    await tab.press('m');
    await tab.waitFor(() => document.querySelector('dialog:modal textarea'));
    await tab.evaluate(() => document.querySelector<HTMLElement>('dialog:modal textarea')?.focus());
    await tab.type('odd');
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog:modal'));
    const verbs = () =>
      tab.evaluate(() =>
        window.harness.background.sent.flatMap((request) => (request.kind === 'session' ? [request.verb] : [])),
      );
    expect(await verbs()).toEqual([
      {
        kind: 'mark',
        mark: { connectionId: 'doc/0', seq: 1, atMs: AT_MS, text: 'odd', sessionId: 'session-1' },
      },
    ]);
    await tab.evaluate((atMs: number) => {
      const mark = { sessionId: 'session-1', documentId: null, kind: 'marker' } as const;
      const context = [{ ...mark, contextId: 5, connectionId: 'doc/0', seq: 1, atMs, text: 'odd' }];
      window.harness.background.tell({ kind: 'evidence', sessionId: 'session-1', handshakes: [], probes: [], context });
    }, AT_MS);
    await waitForRow(tab, 'Frames', 'odd', 'two');
    await choose(tab, 1, 'Remove the mark');
    await tab.waitFor(() =>
      window.harness.background.sent.some(
        ({ kind, ...rest }) => kind === 'session' && JSON.stringify(rest).includes('removeMark'),
      ),
    );
    expect((await verbs()).at(-1)).toEqual({ kind: 'removeMark', contextId: 5 });
  });

  it('are compared by their structure', async () => {
    const tab = await openWith(at('{"a":1,"b":2}'), at('{"b":2,"a":3}'));
    await choose(tab, 0, 'Compare with…');
    await waitForText(tab, '.comparing', 'Compare #0 with another frame');
    await clickRow(tab, 'Frames', 1);
    await tab.waitFor(() => !document.querySelector<HTMLButtonElement>('.comparing .button-primary')?.disabled);
    await tab.click('.comparing .button-primary');
    await waitForText(tab, 'dialog.compare', '1 difference', 'compared as JSON', '"a": 1,', '"a": 3,');
    expect(
      await tab.evaluate(() =>
        [...document.querySelectorAll('.compare-lines .compare-line:not(.is-same)')].map((line) => line.className),
      ),
    ).toEqual(['compare-line is-removed', 'compare-line is-added']);
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('dialog.compare, .comparing'));
  });

  it('are opened in a tab as plain text', async () => {
    const tab = await openWith(at('<script>alert(1)</script>'));
    await tab.evaluate(() => {
      const create = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob: Blob) => {
        document.documentElement.dataset.type = blob.type;
        return create(blob);
      };
      window.open = (url) => {
        document.documentElement.dataset.opened = String(url);
        return null;
      };
    });
    await choose(tab, 0, 'Open in a new tab');
    await tab.waitFor(() => document.documentElement.dataset.opened?.startsWith('blob:'));
    expect(await tab.evaluate(() => document.documentElement.dataset.type)).toBe('text/plain;charset=utf-8');
  });

  it('are written and sent to the server, JSON checked, templates kept', async () => {
    const tab = await openWith(at('x'));
    await tab.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.summary button')]
        .find(({ textContent }) => textContent === 'Send…')
        ?.click(),
    );
    await tab.waitFor(() => document.querySelector('dialog.compose textarea'));
    const write = async (text: string) => {
      await tab.evaluate((words: string) => {
        const area = document.querySelector<HTMLTextAreaElement>('dialog.compose textarea');
        if (!area) return;
        area.value = words;
        area.dispatchEvent(new Event('input', { bubbles: true }));
      }, text);
    };
    await tab.evaluate(() => document.querySelectorAll<HTMLElement>('dialog.compose [name=mode]')[1]?.click());
    await write('{"seq":}');
    await tab.click('dialog.compose .button-primary');
    await waitForText(tab, 'dialog.compose [role=alert]', 'This is no JSON');
    await write('{"seq":{{seq}}}');
    await tab.click('dialog.compose .button-primary');
    await waitForText(tab, 'dialog.compose', 'Sent to the server');
    expect(await tab.evaluate(() => window.harness.background.sent.at(-1))).toMatchObject({
      kind: 'orderFrame',
      connectionId: 'doc/0',
      order: { kind: 'inject', direction: 'out', payload: { kind: 'text', text: '{"seq":1}' } },
    });
    await tab.click('dialog.compose .compose-name');
    await tab.type('counting');
    await tab.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.compose-templates button')]
        .find(({ textContent }) => textContent === 'Keep as template')
        ?.click(),
    );
    await tab.waitFor(() => localStorage.getItem('socketscope.compose.templates')?.includes('{{seq}}'));
    await changeConnection(tab, 'doc/0', { goneAtMs: AT_MS + 1 });
    await waitForText(tab, 'dialog.compose [role=alert]', 'This connection has ended');
  });

  it('are edited and sent again', async () => {
    const tab = await openWith({ atMs: AT_MS, bytes: [0xde, 0xad], isOut: true });
    await choose(tab, 0, 'Edit and send…');
    await tab.waitFor(() => document.querySelector<HTMLTextAreaElement>('dialog.compose textarea')?.value === 'de ad');
    await tab.click('dialog.compose .button-primary');
    await waitForText(tab, 'dialog.compose', 'Sent to the server');
    expect(await tab.evaluate(() => window.harness.background.sent.at(-1))).toMatchObject({
      order: { direction: 'out', payload: { kind: 'binary', base64: '3q0=' } },
    });
  });

  it('of a stored session cannot be sent', async () => {
    const tab = await bench().open('scene=busy&stored');
    await clickRow(tab, 'Connections', 1);
    await waitForRow(tab, 'Frames', 'back again');
    expect(await tab.evaluate(() => document.querySelector('.summary')?.textContent?.includes('Send…'))).toBe(false);
  });
});
