/** Findings, coverage, and the tabs that lead to them; what is found is the harness's invention. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  clickRow,
  rowsOf,
  waitForPixels,
  waitForRow,
  waitForRows,
  waitForSelected,
  waitForText,
} from './page.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
const PICTURES = fileURLToPath(new URL('../../artifacts/panel/', import.meta.url));
const FOUND = 'scene=busy&found';
const IDLE_CUT = 'Cut after 60 s of silence: a proxy’s idle timeout';

const tabNames = (tab: Tab) =>
  tab.evaluate(() =>
    [...document.querySelectorAll('.views [role=tab]')].map((one) => [
      one.textContent,
      one.getAttribute('aria-selected'),
    ]),
  );
const show = (tab: Tab, view: string) => tab.click(`#view-${view}`);
const sent = (tab: Tab) => tab.evaluate(() => window.harness.background.sent);
const waitForView = (tab: Tab, view: string) =>
  tab.waitFor(
    (name: string) => document.getElementById(`view-${name}`)?.getAttribute('aria-selected') === 'true',
    view,
  );

async function openFinding(tab: Tab, row: number): Promise<void> {
  await show(tab, 'findings');
  await tab.click(`#finding-${row}`);
  await tab.waitFor(() => document.querySelector('.finding h2'));
}

/** Clicks the button of this text. */
async function clickText(tab: Tab, within: string, text: string): Promise<void> {
  await tab.waitFor(
    (css: string, wanted: string) => {
      const buttons = [...document.querySelectorAll<HTMLButtonElement>(`${css} button`)];
      const button = buttons.find((one) => one.textContent === wanted && !one.disabled);
      button?.click();
      return button !== undefined;
    },
    within,
    text,
  );
}

inEachBrowser('the views', (bench) => {
  it('are tabs that arrows move between', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => document.getElementById('view-connections')?.focus());
    await tab.press('ArrowRight');
    await waitForView(tab, 'findings');
    expect(await tabNames(tab)).toEqual([
      ['Connections', 'false'],
      ['Findings', 'true'],
      ['Statistics', 'false'],
      ['Coverage', 'false'],
      ['Sessions', 'false'],
    ]);
    await tab.press('End');
    await waitForView(tab, 'sessions');
    await tab.press('ArrowRight');
    await waitForView(tab, 'connections');
    const relations = await tab.evaluate(() => {
      const panel = document.querySelector('.view[role=tabpanel]');
      const chosen = document.querySelector('.views [aria-selected=true]');
      return [
        panel?.getAttribute('aria-labelledby') === chosen?.id,
        chosen?.getAttribute('aria-controls') === panel?.id,
      ];
    });
    expect(relations).toEqual([true, true]);
  });

  it('all show how many findings there are to look at', async () => {
    const tab = await bench().open(FOUND);
    for (const view of ['connections', 'findings', 'coverage']) {
      await show(tab, view);
      await waitForText(tab, '#view-findings', 'Findings2');
    }
  });
});

inEachBrowser('findings', (bench) => {
  it('say that there is nothing to complain about', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b');
    await show(tab, 'findings');
    await waitForText(tab, '.findings .empty', 'Nothing to complain about: 2 connections', '2 open');
  });

  it('stand in the order in which they hurt, and are chosen by keyboard', async () => {
    const tab = await bench().open(FOUND);
    await show(tab, 'findings');
    await tab.waitFor(() => document.querySelectorAll('.finding-row').length === 3);
    const titles = await tab.evaluate(() =>
      [...document.querySelectorAll('.finding-row')].map((row) => row.querySelector('.finding-facts')?.textContent),
    );
    expect(titles).toEqual([
      'problemsureinfrastructure2 connections',
      'warningrather sureserver1 connection',
      'notesureserver1 connection',
    ]);
    await tab.evaluate(() => document.querySelector<HTMLElement>('[role=listbox]')?.focus());
    // Where there is room, the first is read without a click.
    await waitForText(tab, '.finding h2', IDLE_CUT);
    await tab.press('ArrowDown');
    await waitForText(tab, '.finding h2', 'The server refuses /admin');
    await waitForText(tab, '.finding code', 'curl -i /admin');
    await tab.press('End');
    await waitForText(tab, '.finding h2', 'The server of /graphql was restarted');
    const active = await tab.evaluate(() =>
      document.querySelector('[role=listbox]')?.getAttribute('aria-activedescendant'),
    );
    expect(active).toBe('finding-2');
  });

  it('tell all that they know', async () => {
    const tab = await bench().open(FOUND);
    await openFinding(tab, 0);
    await waitForText(
      tab,
      '.finding',
      'Four connections to /ticker',
      'Why so sure: 4 of 4 closes',
      'nginx proxy_read_timeout',
      'the closes must move to 90 s',
      'What speaks against it',
      'upstream timed out',
      'proxy_read_timeout 3600s;',
    );
  });

  it('lead from their evidence to the connection and its frame', async () => {
    const tab = await bench().open(FOUND);
    await openFinding(tab, 0);
    await clickText(tab, '.evidence', 'The last frame before the silence');
    await waitForView(tab, 'connections');
    await waitForSelected(tab, 'Connections', 0);
    await waitForSelected(tab, 'Frames', 100);
    await waitForText(tab, '.frame-facts', '#100');
  });

  it('show their time on the timeline', async () => {
    const tab = await bench().open(FOUND);
    await openFinding(tab, 0);
    // The border of the span: a colour that nothing else has.
    await waitForPixels(tab, { '#c58a00': 50 });
  });

  it('bring a time into view that was too short to be seen', async () => {
    const tab = await bench().open(FOUND);
    await openFinding(tab, 1);
    // 300 ms of 31 s.
    await tab.waitFor(() => document.querySelector('.timeline-tool[aria-label^="Show all"]:enabled'));
  });

  it('ask the endpoint of a failed handshake, and say what it answered', async () => {
    const tab = await bench().open(FOUND);
    await openFinding(tab, 0);
    await waitForText(tab, '.endpoints', 'wss://lab.example.test/ticker');
    await clickText(tab, '.endpoint', 'Ask the endpoint');
    await tab.waitFor(() => window.harness.background.sent.some(({ kind }) => kind === 'probe'));
    expect(await sent(tab)).toMatchObject([{ kind: 'probe', connectionId: 'busy/7' }]);
    await tab.evaluate((askedAtMs: number) => {
      window.harness.analysis.change({
        probes: [
          {
            probeId: 'probe',
            sessionId: 'session-1',
            connectionId: 'busy/7',
            url: 'https://lab.example.test/ticker',
            askedAtMs,
            answeredAtMs: askedAtMs + 20,
            status: 502,
            headers: [['server', 'nginx/1.26.3']],
            networkError: null,
            isAutomatic: false,
          },
        ],
      });
      window.harness.background.tell({
        kind: 'evidence',
        sessionId: 'session-1',
        handshakes: [],
        probes: [],
        context: [],
      });
    }, START_MS);
    await waitForText(tab, '.endpoint-answer', 'It answered 502 (nginx/1.26.3).');
  });

  it('put a family on every real 1006', async () => {
    const tab = await bench().open(FOUND);
    await waitForRow(tab, 'Connections', '/ticker', 'infrastructure');
    const rows = await rowsOf(tab, 'Connections');
    const closes = rows.map((cells) => cells.find((text) => text.includes('1006'))).filter(Boolean);
    expect(closes).toEqual([
      '1006 Abnormal closureinfrastructure',
      '1006 Abnormal closure, simulated',
      '1006 Abnormal closureinfrastructure',
    ]);
    await clickRow(tab, 'Connections', 0);
    await clickText(tab, '.summary', IDLE_CUT);
    await waitForView(tab, 'findings');
    await waitForText(tab, '.finding h2', IDLE_CUT);
  });

  it('show what takes its time, and let it be cancelled and begun again', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => window.harness.analysis.hold());
    await addConnections(tab, '/a');
    await show(tab, 'findings');
    await tab.waitFor(() => window.harness.analysis.asked.length >= 2);
    await waitForText(tab, '.findings-head', 'Reading what was recorded');
    await tab.evaluate(() => window.harness.analysis.tell({ kind: 'progress', readFrames: 30, totalFrames: 120 }));
    await waitForText(tab, '.findings-head', '25 %');
    const askedBefore = await tab.evaluate(() => window.harness.analysis.asked.length);
    await clickText(tab, '.findings-head', 'Cancel');
    await waitForText(tab, '.findings .empty', 'Not analysed');
    expect(await tab.evaluate(() => window.harness.analysis.counters.cancels)).toBeGreaterThan(0);
    await clickText(tab, '.findings-head', 'Analyse');
    await tab.waitFor((before: number) => window.harness.analysis.asked.length > before, askedBefore);
  });

  it('say that the analysis failed, and why', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => window.harness.analysis.hold());
    await addConnections(tab, '/a');
    await show(tab, 'findings');
    await tab.waitFor(() => window.harness.analysis.asked.length >= 2);
    await tab.evaluate(() => window.harness.analysis.tell({ kind: 'failed', problem: 'out of memory' }));
    await waitForText(tab, '.findings-head', 'The analysis failed: out of memory');
  });

  it('are looked for with a schema for messages, when there is one that can be read', async () => {
    const tab = await bench().open(FOUND);
    await show(tab, 'findings');
    await clickText(tab, '.findings-head', 'Message schema…');
    await tab.waitFor(() => document.querySelector('dialog:modal'));
    await tab.click('dialog textarea');
    await tab.type('{"type":');
    await clickText(tab, 'dialog', 'Save');
    await waitForText(tab, 'dialog [role=alert]', 'This is not JSON');
    await tab.type('"object"}');
    await clickText(tab, 'dialog', 'Save');
    await tab.waitFor(() => !document.querySelector('dialog'));
    await tab.waitFor(() => window.harness.analysis.asked.at(-1)?.schema === '{"type":"object"}');
  });

  it.each(['light', 'dark'])('have their picture taken (%s)', async (theme) => {
    const tab = await bench().open(`${FOUND}&theme=${theme}`);
    await openFinding(tab, 0);
    mkdirSync(PICTURES, { recursive: true });
    const path = `${PICTURES}${bench().kind}-findings-${theme}.png`;
    await tab.screenshot(path);
    expect(statSync(path).size).toBeGreaterThan(20_000);
  });

  it.each(['findings', 'coverage', 'connections'])('need no more than 360 px (%s)', async (view) => {
    const tab = await bench().open(`${FOUND}&width=360`);
    await waitForRows(tab, 'Connections', 12);
    if (view === 'findings') await openFinding(tab, 0);
    else await show(tab, view);
    await waitForView(tab, view);
    const outside = await tab.evaluate(
      () =>
        [...document.querySelectorAll('.views, .view, .view :is(h2, h3, p, li, button, [role=option])')]
          .filter((element) => !element.closest('pre, .visually-hidden'))
          .map((element) => element.getBoundingClientRect())
          .filter(({ width, right }) => width > 0 && right > 361).length,
    );
    expect(outside).toBe(0);
  });
});

inEachBrowser('coverage', (bench) => {
  it('says what was missed, why, and where', async () => {
    const tab = await bench().open(FOUND);
    await show(tab, 'coverage');
    await waitForText(tab, '.coverage', '1,204 frames: recording was off', 'Ping and pong frames', '3 messages');
    const hidden = await tab.evaluate(() =>
      document.querySelector('.coverage')?.textContent?.includes('net::ERR_FAILED'),
    );
    expect(hidden).toBe(bench().kind === 'chromium');
    await clickText(tab, '.coverage', '/chat/lobby');
    await waitForView(tab, 'connections');
    await waitForSelected(tab, 'Connections', 1);
  });
});

inEachBrowser('commands', (bench) => {
  it('are copied without secrets, unless somebody asks for them', async () => {
    const tab = await bench().open(FOUND);
    await clickRow(tab, 'Connections', 0);
    const copied = async (name: string) => {
      await tab.click('[aria-label="Copy command"]');
      await tab.waitFor(() => document.querySelector('.command-menu [role=menu]'));
      const texts = await tab.evaluate(() =>
        [...document.querySelectorAll('.command')].map((item) => [
          item.firstChild?.textContent,
          item.getAttribute('title'),
        ]),
      );
      return Object.fromEntries(texts)[name] as string;
    };
    expect(await copied('curl')).toContain('token=REDACTED');
    await tab.click('.command-secrets input');
    await tab.waitFor(() => document.querySelector('.command[title*="token=eyJhbGciOi"]'));
    const isInView = await tab.evaluate(() => {
      const { top, bottom, left, right } =
        document.querySelector('.command-menu .menu')?.getBoundingClientRect() ??
        ({
          top: -1,
        } as DOMRect);
      return top >= 0 && left >= 0 && right <= innerWidth && bottom <= innerHeight;
    });
    expect(isInView).toBe(true);
    await tab.press('Escape');
    await tab.waitFor(() => document.activeElement?.getAttribute('aria-label') === 'Copy command');
    await tab.click('[aria-label="Copy command"]');
    await tab.press('Enter');
    await waitForText(tab, '.command-menu', 'Copied');
  });
});
