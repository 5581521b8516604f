/** Drops on purpose in the panel: the menu, the dialog, what is being played, and the verdict. */
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ScenarioRun } from '../../src/protocol/panel-link.ts';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { addConnections, clickRow, waitForRows, waitForText } from './page.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
const PICTURES = fileURLToPath(new URL('../../artifacts/panel/', import.meta.url));

const RUN: ScenarioRun = {
  runId: 'run-7',
  name: 'Server crashes',
  target: { kind: 'matching', urlPattern: 'wss://api.example.test/*' },
  targetUrl: null,
  startedAtMs: START_MS + 30_000,
  state: 'playing',
  endedAtMs: null,
  round: 2,
  rounds: 3,
  roundEndsAtMs: START_MS + 38_000,
  mustReopenWithinMs: null,
  refused: 1,
  results: [{ startedAtMs: START_MS, clearAtMs: START_MS, lost: 1, reopenedAtMs: START_MS, isInTime: true }],
};

function tellRun(tab: Tab, run: ScenarioRun | null): Promise<void> {
  return tab.evaluate((told: ScenarioRun | null) => {
    window.harness.background.tell({ kind: 'scenarioRun', run: told });
  }, run);
}

/** What was asked of the background for scenarios. */
function asked(tab: Tab) {
  return tab.evaluate(() =>
    window.harness.background.sent.flatMap((request) =>
      request.kind === 'playScenario'
        ? [{ target: request.target, scenario: request.scenario as { readonly name: string; readonly steps: unknown } }]
        : [],
    ),
  );
}

async function openMenu(tab: Tab): Promise<void> {
  await tab.click('button[aria-label=Scenarios]');
  await tab.waitFor(() => document.querySelector('[role=menu]'));
}

async function choose(tab: Tab, label: string): Promise<void> {
  const index = await tab.waitFor((wanted: string) => {
    const items = [...document.querySelectorAll('[role=menuitem]')];
    const at = items.findIndex((item) => (item.getAttribute('aria-label') ?? item.textContent) === wanted);
    items[at]?.setAttribute('data-chosen', 'yes');
    return at < 0 ? null : at + 1;
  }, label);
  expect(index).toBeGreaterThan(0);
  await tab.click('[role=menuitem][data-chosen]');
}

/** Writes over what stands in a field. */
async function fill(tab: Tab, name: string, text: string): Promise<void> {
  await tab.click(`dialog [name="${name}"]`);
  await tab.evaluate((field: string) => {
    document.querySelector<HTMLInputElement>(`dialog [name="${field}"]`)?.select();
  }, name);
  await tab.type(text);
}

async function picture(tab: Tab, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const path = `${PICTURES}${name}.png`;
  await tab.screenshot(path);
  expect(statSync(path).size).toBeGreaterThan(20_000);
}

inEachBrowser('scenarios', (bench) => {
  it('are in a menu, grouped, and played with one click where they are usually played', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await clickRow(tab, 'Connections', 0);
    await openMenu(tab);
    const groups = await tab.evaluate(() =>
      [...document.querySelectorAll('[role=menu] [role=group]')].map((group) => group.getAttribute('aria-label')),
    );
    expect(groups).toEqual([
      'Basic',
      'Network',
      'Device',
      'Proxies and balancers',
      'Server',
      'Application',
      'Single faults',
    ]);
    await picture(tab, `${bench().kind}-menu`);
    await choose(tab, 'Server crashes');
    await openMenu(tab);
    await choose(tab, 'Zombie connection');
    expect((await asked(tab)).map(({ target, scenario }) => [scenario.name, target])).toEqual([
      ['Server crashes', { kind: 'tab' }],
      ['Zombie connection', { kind: 'connection', connectionId: 'doc/0' }],
    ]);
    expect(await tab.evaluate(() => document.querySelector('[role=menu]'))).toBeNull();
  });

  it('ask where to be played when no connection is selected', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await openMenu(tab);
    await choose(tab, 'Zombie connection');
    await waitForText(tab, 'dialog', 'Zombie connection', 'none is selected');
    await tab.press('Enter');
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('dialog'));
  });

  it('are chosen by keyboard alone', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await openMenu(tab);
    await tab.press('ArrowDown');
    await tab.press('Enter');
    expect((await asked(tab)).map(({ scenario }) => scenario.name)).toEqual(['Wi-Fi lost']);
    await openMenu(tab);
    await tab.press('Escape');
    await tab.waitFor(() => !document.querySelector('[role=menu]'));
    expect(await tab.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Scenarios');
  });

  it('have numbers that can be changed; what is wrong is said at its field', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await openMenu(tab);
    await choose(tab, 'Change and play Server restarts');
    await waitForText(tab, 'dialog', 'Close code', 'Reason', 'The whole tab');
    for (const [name, text, problem] of [
      ['steps.1.what.code', '42', 'whole number from 1000 to 4999'],
      ['steps.1.what.code', '1015', 'must not be 1015'],
      ['steps.0.what.durationMs', 'soon', 'must be a number'],
      ['repeat', '1000', 'from 1 to 100'],
    ] as const) {
      await fill(tab, name, text);
      await tab.press('Enter');
      await tab.waitFor(
        (field: string, wanted: string) => {
          const input = document.querySelector(`dialog [name="${field}"]`);
          const said = document.getElementById(`${input?.id}-problem`)?.textContent ?? '';
          return (
            input?.getAttribute('aria-invalid') === 'true' && said.includes(wanted) && input === document.activeElement
          );
        },
        name,
        problem,
      );
      await fill(tab, name, { code: '1013', durationMs: '2500', repeat: '2' }[name.split('.').at(-1) ?? ''] ?? '');
    }
    await fill(tab, 'steps.1.what.reason', 'é'.repeat(62));
    await tab.press('Enter');
    await waitForText(tab, 'dialog', 'at most 123 bytes');
    await fill(tab, 'steps.1.what.reason', 'busy');
    await picture(tab, `${bench().kind}-dialog`);
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog'));
    expect(await asked(tab)).toMatchObject([
      {
        target: { kind: 'tab' },
        scenario: {
          repeat: 2,
          steps: [
            { what: { kind: 'refuse', durationMs: 2500 } },
            { what: { kind: 'end', code: 1013, reason: 'busy' } },
          ],
        },
      },
    ]);
  });

  it('can be kept as own, changed as JSON, and deleted', async () => {
    const tab = await bench().open();
    await openMenu(tab);
    await choose(tab, 'Change and play Server crashes');
    await fill(tab, 'name', 'Our deploy');
    await tab.click('.scenario-own button');
    await tab.waitFor(() => document.querySelector('dialog h2')?.textContent === 'Our deploy');
    await tab.click('dialog .link');
    await tab.waitFor(() => document.querySelector<HTMLTextAreaElement>('dialog textarea')?.value.includes('1006'));
    await tab.evaluate(() => {
      const area = document.querySelector<HTMLTextAreaElement>('dialog textarea');
      if (!area) throw new Error('There is no text.');
      area.value = area.value.replace('"code": 1006', '"code": 999');
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    await tab.click('.scenario-own button');
    await waitForText(tab, 'dialog .scenario-json', 'steps.1.what.code must be a whole number');
    await tab.press('Escape');
    await openMenu(tab);
    await waitForText(tab, '[role=menu]', 'Your own', 'Our deploy', 'Export own');
    await choose(tab, 'Change and play Our deploy');
    await tab.click('.scenario-own button + button');
    await openMenu(tab);
    expect(await tab.evaluate(() => document.querySelector('[role=menu]')?.textContent)).not.toContain('Our deploy');
  });

  it('say why one was not played', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(() => window.harness.background.setScenarioAnswer({ outcome: 'nothingThere', detail: '' }));
    await openMenu(tab);
    await choose(tab, 'Balancer drains');
    await waitForText(tab, '.banner', 'Balancer drains was not played: there is no living connection');
    await tab.click('.banner [aria-label="Close this message"]');
    await tab.waitFor(() => !document.querySelector('.banner'));
  });

  it('are unmistakable while they are played, and can be stopped', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live', '/work');
    await tab.evaluate(() => window.harness.change('doc/1', { seenBy: 'network' }));
    await tellRun(tab, RUN);
    await waitForText(
      tab,
      '.banner-run',
      'Simulating: Server crashes',
      'all that match wss://api.example.test/*',
      '7 s left',
      'round 2 of 3',
      '1 handshake refused',
      '1 of 1 rounds in time',
      'Not touched',
      '/work',
    );
    await picture(tab, `${bench().kind}-banner`);
    await openMenu(tab);
    await waitForText(tab, '[role=menu]', 'stop it first');
    const enabled = await tab.evaluate(
      () => document.querySelectorAll('[role=menu] .menu-row .menu-item:not([aria-disabled=true])').length,
    );
    expect(enabled).toBe(0);
    await tab.press('Escape');
    await tab.click('.banner-run .button-simulated');
    expect(await tab.evaluate(() => window.harness.background.sent.map(({ kind }) => kind))).toContain('stopScenario');
    await tellRun(tab, { ...RUN, state: 'stopped', endedAtMs: START_MS + 31_000 });
    await waitForText(tab, '.banner-run', 'Stopped: Server crashes');
    await tab.click('.banner-run [aria-label="Close this message"]');
    await tab.waitFor(() => !document.querySelector('.banner-run'));
  });

  it('are interrupted when the background has died', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tellRun(tab, RUN);
    await waitForText(tab, '.banner-run', 'Simulating');
    await tellRun(tab, null);
    await waitForText(tab, '.banner-run', 'Interrupted: Server crashes', 'The page has been restored');
  });
});

inEachBrowser('frames', (bench) => {
  it('that are held can be let go as they are, edited, or lost; others are sent again', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(() => {
      const base = { fault: 'run.1.0', atMs: 1, direction: 'out', bytes: null, sizeBytes: 5 } as const;
      const held = ['first', 'second', 'third', 'fourth'].map((text, heldId) => ({ ...base, heldId, text }));
      window.harness.frames('doc/0', [{ atMs: 5, text: 'hello', isOut: true }]);
      window.harness.change('doc/0', { held });
    });
    await waitForText(tab, '.held', '4 frames wait for you', 'and 1 more after these');
    await tab.click('.held-frame:nth-of-type(2) textarea');
    await tab.press('End');
    await tab.type('!');
    await waitForText(tab, '.held-frame:nth-of-type(2)', 'Let go as edited');
    await picture(tab, `${bench().kind}-held`);
    await tab.click('.held-frame:nth-of-type(2) button:nth-of-type(1)');
    await tab.click('.held-frame:nth-of-type(1) button:nth-of-type(1)');
    await tab.click('.held-frame:nth-of-type(3) button:nth-of-type(2)');
    await clickRow(tab, 'Connections', 0);
    await clickRow(tab, 'Frames', 0);
    await tab.waitFor(() => document.querySelector('.detail-tools .button:enabled'));
    await tab.click('.detail-tools .button');
    const orders = await tab.waitFor(() => {
      const sent = window.harness.background.sent.flatMap((request) =>
        request.kind === 'orderFrame' ? [request.order] : [],
      );
      return sent.length >= 4 ? sent : null;
    });
    const release = { kind: 'release', payload: null, isLost: false };
    expect(orders).toEqual([
      { ...release, heldId: 1, payload: { kind: 'text', text: 'second!' } },
      { ...release, heldId: 0 },
      { ...release, heldId: 2, isLost: true },
      { kind: 'inject', direction: 'out', payload: { kind: 'text', text: 'hello' } },
    ]);
  });
});

inEachBrowser('a verdict', (bench) => {
  it.each(['light', 'dark'])('shows how the page came back, and what proves it (%s)', async (theme) => {
    const tab = await bench().open(`scene=crash&theme=${theme}`);
    await waitForRows(tab, 'Connections', 6);
    await waitForText(tab, '.banner-run', 'Finished: Server crashes', '3 handshakes refused');
    await clickRow(tab, 'Connections', 0);
    await tab.click('.summary-views [role=tab]:last-child');
    await waitForText(tab, '.verdict', 'exponential', '4 attempts');
    const lines = await tab.evaluate(() =>
      [...document.querySelectorAll('.verdict-table tbody tr')].map((row) => row.className),
    );
    expect(lines.length).toBe(17);
    expect(new Set(lines).size).toBeGreaterThan(1);
    await picture(tab, `${bench().kind}-verdict-${theme}`);
    await tab.click('.verdict-evidence .link');
    await tab.waitFor(() => !document.querySelector('.verdict') && document.querySelector('[aria-label=Frames]'));
  });

  it('is given against the budgets of its user', async () => {
    const tab = await bench().open('scene=crash');
    await waitForRows(tab, 'Connections', 6);
    await clickRow(tab, 'Connections', 0);
    await tab.click('.summary-views [role=tab]:last-child');
    const reopened = () =>
      tab.evaluate(
        () =>
          [...document.querySelectorAll('.verdict-table tbody tr')].find((row) => row.textContent?.includes('15.1 s'))
            ?.className ?? '',
      );
    await waitForText(tab, '.verdict', '15.1 s');
    expect(await reopened()).toBe('is-passed');
    await tab.click('.verdict-tools .button');
    await fill(tab, 'reopenMs', 'soon');
    await tab.press('Enter');
    await waitForText(tab, 'dialog', 'must be a number from 0');
    await fill(tab, 'reopenMs', '10000');
    await tab.press('Enter');
    await tab.waitFor(() => !document.querySelector('dialog'));
    await tab.waitFor(() =>
      [...document.querySelectorAll('.verdict-table tr.is-failed')].some((row) => row.textContent?.includes('15.1 s')),
    );
    expect(await reopened()).toBe('is-failed');
  });

  it('is not there for a connection that was not dropped', async () => {
    const tab = await bench().open('scene=crash');
    await waitForRows(tab, 'Connections', 6);
    await clickRow(tab, 'Connections', 5);
    await tab.waitFor(() => document.querySelector('.summary'));
    expect(await tab.evaluate(() => document.querySelector('.summary-views'))).toBeNull();
  });
});
