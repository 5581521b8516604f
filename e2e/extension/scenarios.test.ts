/**
 * Scenarios through the real extension in real browsers: what the page sees, what the server sees, what the panel says; and
 * that nothing of it is left behind when the panel or the background goes in the middle.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser as ExtensionApi } from 'webextension-polyfill';
import { CATALOGUE } from '../../src/faults/catalogue.ts';
import type { Scenario } from '../../src/faults/scenario.ts';
import type { ScenarioOutcome, ScenarioRun, ScenarioTarget } from '../../src/protocol/panel-link.ts';
import type { Browser, BrowserKind, DevtoolsPanel, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { waitUntil } from '../browsers/wait.ts';
import type { Lab } from '../lab/server.ts';
import { startBrowserAndLab } from './browser-and-lab.ts';
import { openPanelClient, type PanelClient } from './panel-client.ts';
import { clickRow, rowsOf } from './panel-page.ts';

/** `window.lab` of plain.html. */
interface PlainLab {
  connect(path: string, options?: { readonly name?: string }): string;
  send(name: string, text: string): void;
  close(name: string): void;
  state(name: string): {
    readonly readyState: number;
    readonly messages: readonly string[];
    readonly events: readonly {
      readonly type: string;
      readonly via: string;
      readonly code?: number;
      readonly reason?: string;
      readonly wasClean?: boolean;
    }[];
  };
}
interface PlainPage {
  readonly lab: PlainLab;
}
/** `window.lab` of reconnecting.html. */
interface ReconnectingPage {
  readonly lab: {
    state(): {
      readonly opens: number;
      readonly errors: number;
      readonly closes: readonly { readonly code: number; readonly reason: string; readonly wasClean: boolean }[];
      readonly readyState: number;
    };
  };
}

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`scenarios in ${kind}`, () => suite(kind));

function scenario(name: string, fields: Partial<Scenario> = {}): Scenario {
  const found = CATALOGUE.find((one) => one.name === name);
  if (!found) throw new Error(`There is no scenario ${name}.`);
  return { ...found, ...fields };
}

/** With other lengths of its steps, by their index. */
function withDurations(name: string, durations: Readonly<Record<number, number>>): Scenario {
  const found = scenario(name);
  return {
    ...found,
    steps: found.steps.map((step, i) => {
      const durationMs = durations[i];
      return durationMs === undefined ? step : ({ ...step, what: { ...step.what, durationMs } } as typeof step);
    }),
  };
}

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let lab: Lab;
  let tab: Tab;

  beforeAll(async () => {
    [browser, lab] = await startBrowserAndLab(kind);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });
  beforeEach(async () => {
    tab = await browser.newTab();
  });
  afterEach(async () => {
    // The inspected page must not hear of us.
    expect(tab.consoleLines().filter((line) => /socketscope|extension/i.test(line))).toEqual([]);
    await tab.close();
  });

  describe('over the port of a panel', () => {
    let panel: PanelClient;
    let sessionId: string;
    let requestId = 0;

    beforeEach(async () => {
      await tab.goto(`${lab.origin}/plain.html`);
      await connect('one');
      panel = await openPanelClient(browser);
      sessionId = await panel.attach(await tab.extensionTabId());
      await panel.readUntil(sessionId, ({ connections }) => connections.some(({ openedAtMs }) => openedAtMs !== null));
    });
    afterEach(async () => {
      await panel.detach();
      await panel.tab.close();
    });

    async function connect(name: string): Promise<void> {
      await tab.evaluate((own: string) => {
        (window as unknown as PlainPage).lab.connect('/echo', { name: own });
      }, name);
      await tab.waitFor(
        (own: string) => (window as unknown as PlainPage).lab.state(own).readyState === WebSocket.OPEN,
        name,
      );
    }

    /** How it ends: the events that came, each as a listener saw it. */
    async function ending(name: string): Promise<readonly string[]> {
      await tab.waitFor(
        (own: string) => (window as unknown as PlainPage).lab.state(own).events.some(({ type }) => type === 'close'),
        name,
      );
      return eventsOf(name);
    }

    function eventsOf(name: string): Promise<readonly string[]> {
      return tab.evaluate(
        (own: string) =>
          (window as unknown as PlainPage).lab
            .state(own)
            .events.filter(({ via }) => via === 'listener')
            .map(({ type, code, reason, wasClean }) =>
              type === 'close' ? `close ${code} ${reason || '-'} ${wasClean ? 'clean' : 'not clean'}` : type,
            ),
        name,
      );
    }

    /** Opens a socket and says how it went. */
    async function attempt(name: string): Promise<'open' | 'refused'> {
      await tab.evaluate((own: string) => {
        (window as unknown as PlainPage).lab.connect('/echo', { name: own });
      }, name);
      const first = await tab.waitFor(
        (own: string) => (window as unknown as PlainPage).lab.state(own).events[0]?.type,
        name,
      );
      return first === 'open' ? 'open' : 'refused';
    }

    async function play(value: unknown, target: ScenarioTarget): Promise<[ScenarioOutcome, string]> {
      const mine = ++requestId;
      await panel.ask({ kind: 'playScenario', requestId: mine, scenario: value, target });
      const answered = await waitUntil('an answer to the scenario', async () =>
        (await panel.updates()).find((update) => update.kind === 'scenarioAnswered' && update.requestId === mine),
      );
      if (answered.kind !== 'scenarioAnswered') throw new Error('This is no answer.');
      return [answered.outcome, answered.detail];
    }

    async function latestRun(): Promise<ScenarioRun | null> {
      const update = (await panel.updates()).findLast(({ kind: name }) => name === 'scenarioRun');
      return update?.kind === 'scenarioRun' ? update.run : null;
    }

    async function waitForState(state: ScenarioRun['state']): Promise<ScenarioRun> {
      return await waitUntil('the state of the run', async () => {
        const run = await latestRun();
        return run?.state === state ? run : null;
      });
    }

    async function only(): Promise<ScenarioTarget> {
      const { connections } = await panel.read(sessionId);
      return { kind: 'connection', connectionId: connections[0]?.connectionId ?? '' };
    }

    async function rulesLeft(): Promise<number> {
      return await panel.tab.evaluate(async () => {
        const page = globalThis as unknown as { readonly chrome: ExtensionApi; readonly browser?: ExtensionApi };
        return (await (page.browser ?? page.chrome).declarativeNetRequest.getSessionRules()).length;
      });
    }

    it('a server that restarts: 1012 in order, handshakes refused really, then it is there again', async () => {
      const accepted = lab.endpoint('echo').state().accepted;
      expect(await play(withDurations('Server restarts', { 0: 4_000 }), { kind: 'tab' })).toEqual(['done', '']);
      expect(await ending('one')).toEqual(['open', 'close 1012 service restart clean']);
      expect(await attempt('two')).toBe('refused');
      expect(await ending('two')).toEqual(['error', 'close 1006 - not clean']);
      expect(lab.endpoint('echo').state().accepted).toBe(accepted);
      expect(await latestRun()).toMatchObject({ state: 'playing', refused: 1, round: 1 });
      await waitForState('finished');
      expect(await rulesLeft()).toBe(0);
      expect(await attempt('three')).toBe('open');

      const { connections } = await panel.readUntil(sessionId, (read) => read.connections.length === 3);
      expect(
        connections.map(({ close, refusedAtMs }) => [close?.code, close?.simulated, refusedAtMs !== undefined]),
      ).toEqual([
        [1012, true, false],
        [1006, false, true],
        [undefined, undefined, false],
      ]);
    });

    it('a zombie: it says OPEN, nothing passes; stopped, everything passes again', async () => {
      expect(await play(scenario('Zombie connection'), await only())).toEqual(['done', '']);
      const before = lab.endpoint('echo').state().received.frames;
      await tab.evaluate(() => (window as unknown as PlainPage).lab.send('one', 'into the void'));
      await connect('two');
      await tab.evaluate(() => (window as unknown as PlainPage).lab.send('two', 'heard'));
      await tab.waitFor(() => (window as unknown as PlainPage).lab.state('two').messages.includes('heard'));
      expect(lab.endpoint('echo').state().received.frames).toBe(before + 1);
      expect(await tab.evaluate(() => (window as unknown as PlainPage).lab.state('one').readyState)).toBe(1);
      await panel.ask({ kind: 'stopScenario' });
      await waitForState('stopped');
      await tab.evaluate(() => (window as unknown as PlainPage).lab.send('one', 'here again'));
      await tab.waitFor(() => (window as unknown as PlainPage).lab.state('one').messages.includes('here again'));
      expect(await eventsOf('one')).toEqual(['open']);
    });

    it('closing the panel in the middle restores the page and lets handshakes pass', async () => {
      const steps = [...scenario('Server crashes').steps.slice(0, 1), ...scenario('Zombie connection').steps];
      expect(await play(scenario('Zombie connection', { steps }), { kind: 'tab' })).toEqual(['done', '']);
      expect(await attempt('two')).toBe('refused');
      await panel.detach();
      await waitUntil('no rules left', async () => (await rulesLeft()) === 0);
      await tab.waitFor(() => {
        const { lab: page } = window as unknown as PlainPage;
        page.send('one', 'ping');
        return page.state('one').messages.includes('ping');
      });
      expect(await attempt('three')).toBe('open');
    });

    it('the death of the background in the middle restores the page; the next one removes the rules', async () => {
      const steps = [...scenario('Server crashes').steps.slice(0, 1), ...scenario('Zombie connection').steps];
      await play(scenario('Zombie connection', { steps }), { kind: 'tab' });
      expect(await attempt('two')).toBe('refused');
      await browser.killBackground();
      await waitUntil('the loss of the port', async () => (await panel.losses()) > 0);
      await waitUntil('no rules left', async () => (await rulesLeft()) === 0);
      await tab.waitFor(() => {
        const { lab: page } = window as unknown as PlainPage;
        page.send('one', 'ping');
        return page.state('one').messages.includes('ping');
      });
      expect(await attempt('three')).toBe('open');
      // The next background has found what the last one left open, and written down how it ended.
      await waitForState('interrupted');
    });

    it('takes every scenario of the catalogue, and leaves nothing behind when it is stopped', async () => {
      for (const [i, one] of CATALOGUE.entries()) {
        const name = `socket ${i}`;
        await connect(name);
        const { connections } = await panel.readUntil(sessionId, (read) => read.connections.length === i + 2);
        const { connectionId } = connections.at(-1) ?? { connectionId: '' };
        expect([one.name, await play(one, { kind: 'connection', connectionId })]).toEqual([one.name, ['done', '']]);
        await panel.ask({ kind: 'stopScenario' });
        await waitUntil(`the end of ${one.name}`, async () => (await latestRun())?.endedAtMs !== null);
        expect(await rulesLeft()).toBe(0);
      }
    });

    it('what cannot be played is told, and touches nothing', async () => {
      const crash = scenario('Server crashes');
      const [refusal] = crash.steps;
      const end = (what: object) => ({
        ...crash,
        steps: [{ ...crash.steps[1], what: { ...crash.steps[1]?.what, ...what } }],
      });
      const one = await only();
      const startedAtMs = performance.now();
      expect(await play(end({ code: 999 }), one)).toEqual(['invalid', expect.stringMatching(/^steps\.0\.what\.code /)]);
      expect(await play(end({ code: 4000, reason: 'é'.repeat(62) }), one)).toEqual([
        'invalid',
        expect.stringMatching(/^steps\.0\.what\.reason .*123 bytes/),
      ]);
      expect(await play({ ...crash, steps: [{ ...refusal, atMs: 1e15 }] }, one)).toEqual([
        'invalid',
        expect.stringMatching(/^steps\.0\.atMs /),
      ]);
      expect((await play(crash, { kind: 'connection', connectionId: 'nonsense' }))[0]).toBe('notFound');
      expect((await play(scenario('Balancer drains'), { kind: 'matching', urlPattern: 'ws://elsewhere/*' }))[0]).toBe(
        'nothingThere',
      );
      await tab.evaluate(() => (window as unknown as PlainPage).lab.close('one'));
      expect(await ending('one')).toHaveLength(2);
      await panel.readUntil(sessionId, ({ connections }) => connections[0]?.close !== null);
      expect((await play(crash, one))[0]).toBe('alreadyClosed');
      await tab.goto(`${lab.origin}/blank.html`);
      await panel.readUntil(sessionId, ({ documents }) => documents.some(({ goneAtMs }) => goneAtMs !== null));
      expect(['notFound', 'alreadyClosed']).toContain((await play(crash, one))[0]);
      expect(performance.now() - startedAtMs).toBeLessThan(30_000);
      expect(await rulesLeft()).toBe(0);
    });
  });

  async function openReconnecting(): Promise<void> {
    await tab.goto(`${lab.origin}/reconnecting.html`);
    await tab.waitFor(() => (window as unknown as ReconnectingPage).lab.state().opens === 1);
  }

  /** The menu of scenarios, for the client that reconnects. */
  async function openMenu(panel: Tab | DevtoolsPanel): Promise<void> {
    await clickRow(panel, 'Connections', '/ws/reconnecting');
    await panel.click('button[aria-label=Scenarios]');
  }

  it('a server that crashes, from the panel in DevTools: lost with 1006, refused, back; and the verdict on it', async () => {
    await openReconnecting();
    const panel: DevtoolsPanel = await browser.openPanel(tab);
    try {
      await openMenu(panel);
      await panel.click('[role=menuitem][aria-label="Change and play Server crashes"]');
      await panel.click('dialog [name="steps.0.what.durationMs"]');
      await panel.evaluate(() => {
        document.querySelector<HTMLInputElement>('dialog [name="steps.0.what.durationMs"]')?.select();
      });
      await panel.type('3000');
      await panel.press('Enter');
      await panel.waitFor(() =>
        document.querySelector('.banner-run.is-running')?.textContent?.includes('Server crashes'),
      );
      await tab.waitFor(() => (window as unknown as ReconnectingPage).lab.state().opens === 2);
      const { closes } = await tab.evaluate(() => (window as unknown as ReconnectingPage).lab.state());
      // Of failed attempts the library makes close events of its own.
      expect(closes[0]).toEqual({ code: 1006, reason: '', wasClean: false });
      await panel.waitFor(() =>
        document.querySelector('.banner-run')?.textContent?.includes('Finished: Server crashes'),
      );
      await waitUntil('the drop, what was refused, and what is open again', async () => {
        const rows = await rowsOf(panel, 'Connections', 3);
        const ended = rows.slice(0, -1);
        return /open/.test(rows.at(-1)?.State ?? '') && ended.every((row) => row['Closed by'] === 'Socketscope');
      });
      // Neither the drop nor what was refused counts as a real failure.
      await panel.waitFor(() => {
        const status = document.querySelector('.status')?.textContent ?? '';
        return status.includes('1 simulated drop') && !status.includes('abnormal');
      });
      await panel.click('.summary-views [role=tab]:last-child');
      await panel.waitFor(() => (document.querySelector('.verdict')?.textContent ?? '').includes('attempts'));
    } finally {
      await panel.close();
    }
  });

  it('drops a connection again and again, and tells whether it was back in time', async () => {
    await openReconnecting();
    const id = await tab.extensionTabId();
    const panel = await browser.newTab(`${browser.extensionOrigin}/src/panel/panel.html?tab=${id}`);
    try {
      await openMenu(panel);
      await panel.click('[role=menuitem][aria-label="Change and play Drop ten times"]');
      await panel.click('dialog [name=repeat]');
      await panel.evaluate(() => document.querySelector<HTMLInputElement>('dialog [name=repeat]')?.select());
      await panel.type('3');
      await panel.press('Enter');
      await panel.waitFor(() => {
        const text = document.querySelector('.banner-run')?.textContent ?? '';
        return text.includes('Finished: Drop ten times') && text.includes('3 of 3 rounds in time');
      });
      expect(await tab.evaluate(() => (window as unknown as ReconnectingPage).lab.state().opens)).toBe(4);
      expect(await tab.evaluate(() => (window as unknown as ReconnectingPage).lab.state().errors)).toBe(0);
    } finally {
      await panel.close();
    }
  });

  it('says "interrupted" when the background dies in the middle', async () => {
    await openReconnecting();
    const panel: DevtoolsPanel = await browser.openPanel(tab);
    try {
      await openMenu(panel);
      await panel.click('[role=menuitem][title^="Half-open"]');
      await panel.waitFor(() => document.querySelector('.banner-run.is-running'));
      await browser.killBackground();
      await panel.waitFor(() =>
        document.querySelector('.banner-run')?.textContent?.includes('Interrupted: Zombie connection'),
      );
      await panel.click('.summary-views [role=tab]:last-child');
      await panel.waitFor(() =>
        document.querySelector('.verdict-head .verdict-state')?.textContent?.includes('interrupted'),
      );
    } finally {
      await panel.close();
    }
  });
}
