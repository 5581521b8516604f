import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { type Bench, inEachBrowser } from './bench.ts';
import { addConnections, addFrames, clickRow, selectedRow, waitForRow, waitForRows, waitForSelected } from './page.ts';

const START_MS = Date.UTC(2026, 10, 21, 10);
/** Of the scene: from its first connection to now. */
const WHOLE_MS = 31_000;
const LANE_PX = 22;

/** The busy scene, its frames read. */
async function openBusy(bench: Bench, query = ''): Promise<Tab> {
  const tab = await bench.open(`scene=busy&${query}`);
  await waitForRows(tab, 'Connections', 12);
  await tab.waitFor(() => document.querySelector('.timeline-scroller[aria-busy=false]'));
  return tab;
}

/** Pointer events at moments of the whole span, above a lane (from 0), or above the minimap (-1). */
async function pointer(
  tab: Tab,
  lane: number,
  ...events: readonly (readonly [type: string, atMs: number, isShifted?: boolean])[]
): Promise<void> {
  await tab.evaluate(
    (row: number, list: typeof events, wholeMs: number, lanePx: number) => {
      const scroller = document.querySelector<HTMLElement>('.timeline-scroller');
      const canvas = document.querySelector('.timeline canvas');
      if (!scroller || !canvas) throw new Error('There is no timeline.');
      // A pointer of a test cannot be captured.
      scroller.setPointerCapture = () => undefined;
      const box = scroller.getBoundingClientRect();
      const left = Math.round(Math.min(Math.max(scroller.clientWidth * 0.2, 84), 240));
      const width = scroller.clientWidth - left - 12;
      const lanesTop = (scroller.firstElementChild?.clientHeight ?? 0) - lanePx * Number(scroller.dataset.lanes);
      for (const [type, atMs, shiftKey = false] of list) {
        scroller.dispatchEvent(
          new PointerEvent(type, {
            bubbles: true,
            clientX: box.left + left + (atMs / wholeMs) * width,
            clientY: box.top + (row < 0 ? 12 : lanesTop + (row + 0.5) * lanePx),
            button: 0,
            pointerId: 7,
            shiftKey,
          }),
        );
      }
    },
    lane,
    events,
    WHOLE_MS,
    LANE_PX,
  );
}

async function wheel(tab: Tab, atMs: number, facts: WheelEventInit): Promise<void> {
  await tab.evaluate(
    (at: number, init: WheelEventInit, wholeMs: number) => {
      const scroller = document.querySelector<HTMLElement>('.timeline-scroller');
      const box = scroller?.getBoundingClientRect();
      if (!scroller || !box) throw new Error('There is no timeline.');
      const left = Math.round(Math.min(Math.max(scroller.clientWidth * 0.2, 84), 240));
      const clientX = box.left + left + (at / wholeMs) * (scroller.clientWidth - left - 12);
      scroller.dispatchEvent(
        new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX, clientY: box.bottom - 20, ...init }),
      );
    },
    atMs,
    facts,
    WHOLE_MS,
  );
}

const focus = (tab: Tab) => tab.evaluate(() => document.querySelector<HTMLElement>('.timeline-scroller')?.focus());
const isWhole = (tab: Tab, whole: boolean) =>
  tab.waitFor(
    (state: string) => document.querySelector(`.timeline-tool[aria-label^="Show all"]:${state}`),
    whole ? 'disabled' : 'enabled',
  );
const moment = (tab: Tab) => tab.waitFor(() => document.querySelector('.timeline-moment')?.textContent);
const seconds = (text: string) => Number.parseFloat(text);
const waitForChip = (tab: Tab, text: string) =>
  tab.waitFor((wanted: string) => document.querySelector('.timeline-chip')?.textContent?.includes(wanted), text);
const told = (tab: Tab) => tab.evaluate(() => document.querySelector('.timeline [aria-live]')?.textContent ?? '');

inEachBrowser('the timeline', (bench) => {
  it('has one lane per logical session, and says in words what it draws', async () => {
    const tab = await openBusy(bench());
    const lanes = await tab.waitFor(() => {
      const items = [...document.querySelectorAll('.timeline ul li')].map((item) => item.textContent ?? '');
      return items.length > 0 ? items : null;
    });
    expect(lanes.length).toBe(8);
    expect(lanes[0]).toBe('/ticker?token=eyJhbGciOi, open, 3 connections, 315 in, 0 out, 1006');
    expect(lanes.at(-2)).toBe('/admin, ended, 1 connection, 0 in, 1 out, 1008');
  });

  it('zooms at the pointer with ctrl and the wheel', async () => {
    const tab = await openBusy(bench());
    await pointer(tab, 0, ['pointermove', 20_000]);
    const before = seconds(await moment(tab));
    for (let i = 0; i < 4; i++) await wheel(tab, 20_000, { ctrlKey: true, deltaY: -100 });
    await isWhole(tab, false);
    expect(seconds(await moment(tab))).toBeCloseTo(before, 0);
    for (let i = 0; i < 6; i++) await wheel(tab, 20_000, { ctrlKey: true, deltaY: 100 });
    await isWhole(tab, true);
  });

  it('moves in time with a touchpad, and by dragging', async () => {
    const tab = await openBusy(bench());
    await wheel(tab, 15_000, { ctrlKey: true, deltaY: -100 });
    await pointer(tab, 0, ['pointermove', 15_000]);
    const before = seconds(await moment(tab));
    await wheel(tab, 15_000, { deltaX: 60 });
    await tab.waitFor(
      (than: number) => Number.parseFloat(document.querySelector('.timeline-moment')?.textContent ?? '') > than,
      before,
    );
    const moved = seconds(await moment(tab));
    await pointer(tab, 0, ['pointerdown', 15_000], ['pointermove', 17_000], ['pointerup', 17_000]);
    await pointer(tab, 0, ['pointermove', 15_000]);
    await tab.waitFor(
      (than: number) => Number.parseFloat(document.querySelector('.timeline-moment')?.textContent ?? '') < than,
      moved,
    );
  });

  it('zooms and moves with W, S, A and D, and shows all with a double click', async () => {
    const tab = await openBusy(bench());
    await focus(tab);
    await tab.press('w');
    await isWhole(tab, false);
    await tab.press('ArrowRight');
    const before = await told(tab);
    await tab.press('d');
    await tab.press('ArrowRight');
    expect(await told(tab)).not.toBe(before);
    await tab.press('s');
    await isWhole(tab, true);
    await tab.press('w');
    await isWhole(tab, false);
    await tab.evaluate(() =>
      document.querySelector('.timeline-scroller')?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true })),
    );
    await isWhole(tab, true);
  });

  it('selects the connection and the frame that a click is nearest to, and shows in the list what it points at', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a', '/b');
    await addFrames(
      tab,
      'doc/1',
      Array.from({ length: 6 }, (_, i) => ({ atMs: START_MS + 5_000 * i + 1_000, text: `frame ${i}` })),
    );
    // What is read is drawn in its row, too.
    await tab.waitFor(() => document.querySelector('[aria-label=Connections] .sparkline path[d^=M]'));
    await tab.waitFor(() => Number(document.querySelector('.timeline-scroller')?.getAttribute('data-lanes')) === 2);
    await pointer(tab, 1, ['pointerdown', 16_050], ['pointerup', 16_050]);
    await waitForSelected(tab, 'Connections', 1);
    await waitForSelected(tab, 'Frames', 3);
    const waitForPointed = (row: number) =>
      tab.waitFor((index: number) => {
        const pointed = document.querySelector('.frames .grid-pointed')?.getBoundingClientRect().top ?? null;
        const rows = [...document.querySelectorAll('.frames [role=row][aria-selected]')];
        return index === rows.findIndex((each) => each.getBoundingClientRect().top === pointed);
      }, row);
    await pointer(tab, 1, ['pointermove', 6_100]);
    await waitForPointed(1);
    await pointer(tab, 1, ['pointermove', 20_900]);
    await waitForPointed(4);
    await pointer(tab, 0, ['pointermove', 20_900]); // of another connection
    await waitForPointed(-1);
    await waitForSelected(tab, 'Frames', 3);
  });

  it('limits the list of frames to a time span that is selected with shift and a drag', async () => {
    const tab = await openBusy(bench());
    await clickRow(tab, 'Connections', 0);
    await waitForRows(tab, 'Frames', 135);
    await pointer(tab, 0, ['pointerdown', 2_000, true], ['pointermove', 4_000], ['pointerup', 4_000]);
    await waitForChip(tab, 's (2.0');
    await tab.waitFor(() => {
      const rows = Number(document.querySelector('.frames [role=grid]')?.getAttribute('aria-rowcount')) - 1;
      return rows > 10 && rows < 40;
    });
    await focus(tab);
    await tab.press('Escape');
    await waitForRows(tab, 'Frames', 135);
    await tab.waitFor(() => !document.querySelector('.timeline-chip'));
  });

  it('selects a time span with shift and the arrows, and without a key when it is asked to', async () => {
    const tab = await openBusy(bench());
    await focus(tab);
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight']) await tab.press(key);
    await tab.waitFor(() => document.querySelector('.timeline-chip'));
    await tab.click('.timeline-chip button');
    await tab.waitFor(() => !document.querySelector('.timeline-chip'));
    await tab.click('.timeline-tool[aria-label^="Select a time span"]');
    await pointer(tab, 0, ['pointerdown', 10_000], ['pointermove', 11_000], ['pointerup', 11_000]);
    await waitForChip(tab, 's');
    await tab.waitFor(() => document.querySelector('.timeline-tool[aria-pressed=false]'));
  });

  it('shows in the minimap what is in view, and follows its window', async () => {
    const tab = await openBusy(bench());
    await pointer(tab, -1, ['pointerdown', 5_000], ['pointermove', 10_000], ['pointerup', 10_000]);
    await isWhole(tab, false);
    await pointer(tab, 0, ['pointermove', 0]);
    expect(seconds(await moment(tab))).toBeCloseTo(5, 0);
    await pointer(tab, -1, ['pointerdown', 7_000], ['pointermove', 17_000], ['pointerup', 17_000]);
    await pointer(tab, 0, ['pointermove', 0]);
    await tab.waitFor(() => Number.parseFloat(document.querySelector('.timeline-moment')?.textContent ?? '') > 14);
  });

  it('goes from close to close, and says why each was one', async () => {
    const tab = await openBusy(bench(), 'found');
    await focus(tab);
    await tab.press('Home');
    await tab.press(']');
    await waitForSelected(tab, 'Connections', 6);
    expect(await told(tab)).toMatch(/2\.3.* · \/admin · 1008 · login required · ended by server/);
    await tab.press(']');
    await waitForSelected(tab, 'Connections', 0);
    await tab.press('[');
    await waitForSelected(tab, 'Connections', 6);
  });

  it('chooses lanes with the arrows and frames with Enter', async () => {
    const tab = await openBusy(bench());
    await focus(tab);
    await tab.press('ArrowDown');
    await waitForSelected(tab, 'Connections', 8);
    await tab.press('ArrowDown');
    await waitForSelected(tab, 'Connections', 1);
    for (const key of ['Home', 'PageDown', 'Enter']) await tab.press(key);
    await waitForRow(tab, 'Frames', 'message');
    await tab.waitFor(() => document.querySelector('.frames [aria-selected=true]'));
  });

  it('goes to a marked frame with a click on its flag', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/a');
    await addFrames(
      tab,
      'doc/0',
      Array.from({ length: 20 }, (_, i) => ({ atMs: START_MS + 500 * i + 1_000, text: `frame ${i}` })),
    );
    await tab.evaluate((atMs: number) => {
      const row = { contextId: 1, sessionId: 'session-1', documentId: 'doc', connectionId: 'doc/0', seq: 12 };
      window.harness.background.tell({
        kind: 'evidence',
        sessionId: 'session-1',
        handshakes: [],
        probes: [],
        context: [{ ...row, kind: 'marker', atMs, text: 'here it went wrong' }],
      });
    }, START_MS + 7_000);
    await tab.waitFor(() => Number(document.querySelector('.timeline-scroller')?.getAttribute('data-track')) > 0);
    await tab.evaluate((wholeMs: number) => {
      const scroller = document.querySelector<HTMLElement>('.timeline-scroller');
      if (!scroller) throw new Error('There is no timeline.');
      scroller.setPointerCapture = () => undefined;
      const box = scroller.getBoundingClientRect();
      const left = Math.round(Math.min(Math.max(scroller.clientWidth * 0.2, 84), 240));
      const clientX = box.left + left + (7_000 / wholeMs) * (scroller.clientWidth - left - 12) + 3;
      const clientY = box.top + Number(scroller.dataset.track) + 7;
      for (const type of ['pointermove', 'pointerdown', 'pointerup']) {
        scroller.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, clientY, button: 0, pointerId: 7 }));
      }
    }, WHOLE_MS);
    await waitForSelected(tab, 'Frames', 12);
    expect(await tab.evaluate(() => document.querySelector('.timeline .tooltip')?.textContent)).toBe(
      'here it went wrong',
    );
  });

  it('stays at now while it follows, and comes back to now when it is asked to', async () => {
    const tab = await openBusy(bench());
    await focus(tab);
    await tab.press('End');
    for (let i = 0; i < 6; i++) await tab.press('w');
    await isWhole(tab, false);
    await tab.evaluate((nowMs: number) => window.harness.setNow(nowMs), START_MS + 60_000);
    await pointer(tab, 0, ['pointermove', WHOLE_MS]);
    await tab.waitFor(() => {
      document.querySelector('.timeline-scroller')?.dispatchEvent(
        new WheelEvent('wheel', {
          deltaX: 0.001,
          bubbles: true,
          cancelable: true,
          clientX: innerWidth - 40,
          clientY: 200,
        }),
      );
      return (
        document.querySelector('.timeline-moment')?.textContent?.startsWith('59') ||
        document.querySelector('.timeline-moment')?.textContent?.startsWith('1:0')
      );
    });
    await tab.press('a');
    await tab.waitFor(() => document.querySelector('.timeline-tool[aria-label^=Follow]'));
    await tab.click('.timeline-tool[aria-label^=Follow]');
    await tab.waitFor(() => !document.querySelector('.timeline-tool[aria-label^=Follow]'));
    expect(await selectedRow(tab, 'Connections')).toBe(-1);
  });
});
