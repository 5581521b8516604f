/** Text that would like to be markup, a script, a command for a terminal, or other text. In the panel it is text. */
import { expect } from 'vitest';
import type { Tab } from '../../browsers/browser.ts';
import { clickRow, readGrid } from '../../extension/panel-page.ts';
import type { Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';

/** Shows the connection whose URL holds `url`, and waits until its frames are listed. Gives their texts. */
async function showFrames(panel: Tab, url: string, count: number): Promise<readonly (string | undefined)[]> {
  await clickRow(panel, 'Connections', url);
  await panel.waitFor((wanted) => {
    const rows = [...document.querySelectorAll('[aria-rowcount][aria-label=Frames] [role=row][aria-selected]')];
    return rows.length >= wanted && !rows.some(({ textContent }) => textContent?.includes('Reading…'));
  }, count);
  return (await readGrid(panel, 'Frames')).rows.map((row) => row.Data ?? Object.values(row).at(-1));
}

/** Shows the first listed frame whose text holds `part`; gives what the detail view says of it. */
async function showDetail(panel: Tab, part: string): Promise<string> {
  await clickRow(panel, 'Frames', part);
  return panel.waitFor(() => {
    const content = document.querySelector('#detail-content');
    return content?.querySelector('pre, [role=treeitem], .hex-row') ? (content.textContent ?? '') : '';
  });
}

/**
 * Runs in the panel. Text that changes direction must not turn around what follows it: nothing may follow it within the
 * paragraph (a block, a flex item) or the isolate that shows it.
 */
function findUnruly(): readonly string[] {
  const controls = /[\u202a-\u202e\u2066-\u2069]/;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const unruly: string[] = [];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = node.textContent ?? '';
    if (!controls.test(text)) continue;
    let holder = node.parentElement;
    while (holder) {
      const { display, unicodeBidi } = getComputedStyle(holder);
      if (display !== 'inline' || unicodeBidi.startsWith('isolate') || unicodeBidi === 'plaintext') break;
      holder = holder.parentElement;
    }
    const after = document.createRange();
    after.setStartAfter(node);
    after.setEndAfter(holder?.lastChild ?? node);
    const rest = after.toString().trim();
    if (rest !== '') unruly.push(`${holder?.className}: "${rest}" after "${text}"`);
  }
  return unruly;
}

/** Presses the panel's copy button; gives the text that goes to the clipboard, whoever may paste it where. */
async function copyDetail(panel: Tab): Promise<string> {
  await panel.evaluate(() => {
    const keep = (text: string) => {
      document.documentElement.dataset.copied = text;
    };
    const keepSelection = () => {
      const { activeElement } = document;
      keep(activeElement instanceof HTMLTextAreaElement ? activeElement.value : String(getSelection()));
    };
    document.addEventListener('copy', keepSelection, { once: true, capture: true });
    // The other way of CopyButton.tsx, where the first is refused.
    Object.defineProperty(navigator.clipboard, 'writeText', { value: async (text: string) => keep(text) });
  });
  await panel.click('[aria-label="Detail"] [aria-label="Copy"]');
  return panel.waitFor(() => document.documentElement.dataset.copied);
}

export const text: readonly Attack[] = [
  {
    name: 'markup and scripts in URL, protocol, reason and payload of real connections',
    page: async (tools) => {
      const markup = '<img class="pwned" src="x" onerror="window.pwned=1"><script>window.pwned=1</script>';
      const breakers = ['"><b class="pwned">', "'onmouseover=pwned=1 '", '</textarea></title></style><i class=pwned>'];
      const spoken = await tools.talk([markup, ...breakers], `/echo?${markup}`, 'pwned');
      const socket = await tools.open(`/closing?code=4000&reason=${encodeURIComponent('<b class="pwned">reason</b>')}`);
      await tools.once(socket, 'close');
      return { sees: spoken };
    },
    settled: (state) => connectionsTo(state, 'code=4000')[0]?.close !== null,
    holds: async ({ state, panel }) => {
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 4, protocol: 'pwned' }]);
      const shown = (await showFrames(panel, '/echo', 8)).join('\n');
      expect(shown).toContain('<img class="pwned" src="x" onerror="window.pwned=1"><script>window.pwned=1</script>');
      expect(shown).toContain('</textarea></title></style><i class=pwned>');
      expect(await showDetail(panel, '<img')).toContain('onerror="window.pwned=1"');
      await clickRow(panel, 'Connections', 'code=4000');
      await panel.waitFor(() => document.body.textContent?.includes('<b class="pwned">reason</b>'));
    },
  },
  {
    name: 'javascript: and data: addresses, and markup where only servers can put it, in forged reports',
    page: async (tools) => {
      const loot = await tools.rob();
      const markup = '<svg class=pwned onload=window.pwned=1>';
      const urls = ['javascript:window.pwned=1', 'data:text/html,<script>window.pwned=1</script>', `ws://${markup}/`];
      for (const [i, url] of urls.entries()) {
        loot.report(
          { kind: 'connectionCreated', connection: 50 + i, atMs: 1, url, protocols: [markup, 'javascript:alert(1)'] },
          { kind: 'connectionOpened', connection: 50 + i, atMs: 2, protocol: markup, extensions: markup },
          {
            kind: 'connectionClosed',
            connection: 50 + i,
            atMs: 3,
            code: 4000,
            reason: markup,
            wasClean: true,
            simulated: false,
          },
        );
      }
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'pwned').length === 3,
    holds: async ({ notes, panel }) => {
      expect(notes.ports).toBeGreaterThan(0);
      for (const url of ['javascript:window.pwned=1', 'data:text/html', 'ws://<svg']) {
        await clickRow(panel, 'Connections', url);
        await panel.waitFor((part) => document.querySelector('.summary-url')?.textContent?.startsWith(part), url);
      }
    },
  },
  {
    name: 'terminal sequences, control characters, line breaks and lone surrogates',
    page: async (tools) => {
      const texts = [
        '\u001b[2J\u001b]0;pwned\u0007\u001b[31mred\u001b[0m',
        '\u0000\u0001\u0008\u007f\u0085\u2028\u2029\ufeffcontrol',
        'one\r\n12:00:00.000\r\nforged row',
        '\ud800 lone \udc00',
        '=cmd|" /C calc"!A1',
      ];
      return { sees: await tools.talk(texts) };
    },
    holds: async ({ panel }) => {
      const shown = await showFrames(panel, '/echo', 10);
      // A line break makes no row of its own.
      expect(shown).toHaveLength(10);
      expect(shown.join()).toContain('[31mred');
      expect(await showDetail(panel, 'forged row')).toContain('12:00:00.000');
      expect(await panel.evaluate(() => document.title)).not.toContain('pwned');
    },
  },
  {
    // Nothing writes CSV yet, so nothing may change the text on the way: what a spreadsheet must not run is for the one
    // that writes a spreadsheet's file to quote.
    name: 'formulas for spreadsheets in URL, protocol, reason and payload: stored, shown and copied as they are',
    page: async (tools) => {
      const loot = await tools.rob();
      const formulas = ['=cmd|" /C calc"!A1', '+1+1', '-2+3', '@SUM(1,1)', '\t=1+1'];
      const reason = '=HYPERLINK("http://x","1006")';
      loot.report(
        { kind: 'connectionCreated', connection: 50, atMs: 1, url: '=cmd|"calc"!A1', protocols: ['=1+1'] },
        { kind: 'connectionOpened', connection: 50, atMs: 2, protocol: '@SUM(1,1)', extensions: '+1' },
        { kind: 'connectionClosed', connection: 50, atMs: 3, code: 4000, reason, wasClean: true, simulated: false },
      );
      return { sees: await tools.talk(formulas, `/echo?formulas&=1+1`), notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, '=cmd').length === 1 && connectionsTo(state, '?formulas').length === 1,
    holds: async ({ state, panel, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      const reason = '=HYPERLINK("http://x","1006")';
      expect(connectionsTo(state, '=cmd')).toMatchObject([
        { url: '=cmd|"calc"!A1', protocols: ['=1+1'], protocol: '@SUM(1,1)', close: { code: 4000, reason } },
      ]);
      const stored = connectionsTo(state, '?formulas')[0]?.frames.map(({ text }) => text);
      expect(stored).toEqual(
        ['=cmd|" /C calc"!A1', '+1+1', '-2+3', '@SUM(1,1)', '\t=1+1'].flatMap((formula) => [formula, formula]),
      );
      await clickRow(panel, 'Connections', '=cmd');
      await panel.waitFor((wanted) => document.querySelector('.summary-reason')?.textContent?.includes(wanted), reason);
      expect(await showFrames(panel, '?formulas', 10)).toContain('=cmd|" /C calc"!A1');
      await showDetail(panel, '=cmd|');
      expect(await copyDetail(panel)).toBe('=cmd|" /C calc"!A1');
    },
  },
  {
    name: 'text that runs the other way: it turns nothing around but itself',
    page: async (tools) => {
      const loot = await tools.rob();
      const turned = '\u202egnp.tset\u2066\u202e1006';
      loot.report(
        { kind: 'connectionCreated', connection: 50, atMs: 1, url: `ws://forged/${turned}`, protocols: [turned] },
        { kind: 'connectionOpened', connection: 50, atMs: 2, protocol: turned, extensions: turned },
        {
          kind: 'connectionClosed',
          connection: 50,
          atMs: 3,
          code: 4000,
          reason: turned,
          wasClean: true,
          simulated: false,
        },
      );
      const spoken = await tools.talk([turned, `{"${turned}":"${turned}","a":1}`], '/echo?turned');
      return { sees: spoken, notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'forged').length === 1,
    holds: async ({ panel }) => {
      await clickRow(panel, 'Connections', 'ws://forged/');
      await panel.waitFor(() => document.querySelector('.summary-url')?.textContent?.includes('forged'));
      expect(await panel.evaluate(findUnruly)).toEqual([]);
      await showFrames(panel, '?turned', 4);
      await showDetail(panel, '{"');
      expect(await panel.evaluate(findUnruly)).toEqual([]);
    },
  },
  {
    name: 'JSON that is deep, wide, or named __proto__',
    page: async (tools) => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000);
      const wide = `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":${i}`).join()}}`;
      const named = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}';
      await tools.talk([named, deep, wide]);
      return {};
    },
    holds: async ({ panel }) => {
      await showFrames(panel, '/echo', 6);
      expect(await showDetail(panel, '__proto__')).toContain('polluted');
      await showDetail(panel, '[[[[[[[[');
      await showDetail(panel, '{"k0"');
      expect(await panel.evaluate(() => 'polluted' in {})).toBe(false);
    },
  },
];
