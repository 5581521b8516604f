/** Sets scenes and reads the panel, by roles and accessible names, as people and assistive technology do. */

import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { Tab } from '../browsers/browser.ts';
import type { Bench } from './bench.ts';
import type { FakeFrame } from './harness/fake-recording.ts';

/** When the first connection of `addConnections` begins: 2026-11-21 10:00:00 UTC. */
export const START_MS = Date.UTC(2026, 10, 21, 10);

/** A frame of text; without a time of its own it is one of the first. */
export function textFrame(text: string, isOut = false, atMs = START_MS): FakeFrame {
  return { atMs, text, isOut };
}

/** The panel with two connections. The first has these frames and is selected; the list of them is read in a moment. */
export async function openWithFrames(bench: Bench, frames: readonly FakeFrame[]): Promise<Tab> {
  const tab = await bench.open();
  await addConnections(tab, '/live', '/other');
  await addFrames(tab, 'doc/0', frames);
  await clickRow(tab, 'Connections', 0);
  return tab;
}

/** The first connection of `addConnections` is lost, and the page opens another in its place: doc/2. */
export async function loseAndReconnect(
  tab: Tab,
  lostAtMs: number,
  createdAtMs: number,
  openedAtMs: number,
): Promise<void> {
  await tab.evaluate(
    (lostMs: number, times: { readonly createdAtMs: number; readonly openedAtMs: number }) => {
      window.harness.setNow(lostMs);
      window.harness.close('doc/0', 1006);
      window.harness.connection({
        connectionId: 'doc/2',
        connection: 2,
        url: 'wss://api.example.test/live',
        ...times,
      });
    },
    lostAtMs,
    { createdAtMs, openedAtMs },
  );
}

/** A document with open connections to these paths, numbered doc/0, doc/1 … */
export async function addConnections(tab: Tab, ...paths: readonly string[]): Promise<void> {
  await tab.evaluate(
    (startMs: number, list: readonly string[]) => {
      window.harness.document({ documentId: 'doc', openedAtMs: startMs });
      list.forEach((path, i) => {
        window.harness.connection({
          connectionId: `doc/${i}`,
          connection: i,
          url: `wss://api.example.test${path}`,
          createdAtMs: startMs + 100 * i,
          openedAtMs: startMs + 100 * i + 50,
          protocol: '',
        });
      });
    },
    START_MS,
    paths,
  );
  await waitForRows(tab, 'Connections', paths.length);
}

export async function addFrames(tab: Tab, connectionId: string, frames: readonly FakeFrame[]): Promise<void> {
  await tab.evaluate((id: string, list: readonly FakeFrame[]) => window.harness.frames(id, list), connectionId, frames);
}

export async function changeConnection(
  tab: Tab,
  connectionId: string,
  fields: Partial<ConnectionRecord>,
): Promise<void> {
  await tab.evaluate(
    (id: string, change: Partial<ConnectionRecord>) => window.harness.change(id, change),
    connectionId,
    fields,
  );
}

/** Waits until the grid says that it has this many rows, and shows some of them. */
export async function waitForRows(tab: Tab, grid: string, count: number): Promise<void> {
  await tab.waitFor(
    (label: string, wanted: number) => {
      const element = document.querySelector(`[aria-rowcount][aria-label=${label}]`);
      const shown = element?.querySelectorAll('[role=row][aria-selected]').length ?? 0;
      return Number(element?.getAttribute('aria-rowcount')) === wanted + 1 && (shown > 0 || wanted === 0);
    },
    grid,
    count,
  );
}

/** Texts of the cells of all rows on the screen, by row. */
export function rowsOf(tab: Tab, grid: string): Promise<readonly (readonly string[])[]> {
  return tab.evaluate(
    (label: string) =>
      [...document.querySelectorAll(`[aria-rowcount][aria-label=${label}] [role=row][aria-selected]`)].map((row) =>
        [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent ?? ''),
      ),
    grid,
  );
}

/** What assistive technology is told of the rows on the screen: how deep each is, and whether it is open. */
export function levelsOf(tab: Tab, grid: string): Promise<readonly (readonly [string | null, string | null])[]> {
  return tab.evaluate(
    (label: string) =>
      [...document.querySelectorAll(`[aria-rowcount][aria-label=${label}] [role=row][aria-selected]`)].map(
        (row) => [row.getAttribute('aria-level'), row.getAttribute('aria-expanded')] as const,
      ),
    grid,
  );
}

/** Waits until the timeline has more pixels of each colour, `#rrggbb`, than wanted. */
export async function waitForPixels(tab: Tab, wanted: Readonly<Record<string, number>>): Promise<void> {
  await tab.waitFor((least: Readonly<Record<string, number>>) => {
    const canvas = document.querySelector('canvas');
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas?.width ?? 1, canvas?.height ?? 1];
    const context = copy.getContext('2d', { willReadFrequently: true });
    if (!canvas || !context) return false;
    context.drawImage(canvas, 0, 0);
    const pixels = context.getImageData(0, 0, copy.width, copy.height).data;
    const found = new Map<number, number>();
    for (let i = 0; i < pixels.length; i += 4) {
      const colour = ((pixels[i] ?? 0) << 16) | ((pixels[i + 1] ?? 0) << 8) | (pixels[i + 2] ?? 0);
      found.set(colour, (found.get(colour) ?? 0) + 1);
    }
    return Object.entries(least).every(([hex, count]) => (found.get(Number.parseInt(hex.slice(1), 16)) ?? 0) > count);
  }, wanted);
}

/** Waits until a row on the screen holds all of these texts. */
export async function waitForRow(tab: Tab, grid: string, ...texts: readonly string[]): Promise<void> {
  await tab.waitFor(
    (label: string, wanted: readonly string[]) =>
      [...document.querySelectorAll(`[aria-rowcount][aria-label=${label}] [role=row][aria-selected]`)].some((row) =>
        wanted.every((text) => row.textContent?.includes(text)),
      ),
    grid,
    texts,
  );
}

/** Clicks row number `row` (from 0). */
export function clickRow(tab: Tab, grid: string, row: number): Promise<void> {
  return tab.click(`[aria-rowcount][aria-label=${grid}] [role=row][aria-rowindex="${row + 2}"]`);
}

/** aria-rowindex - 2 of the selected row; -1 when none on the screen is. */
export function selectedRow(tab: Tab, grid: string): Promise<number> {
  return tab.evaluate(
    (label: string) =>
      Number(
        document
          .querySelector(`[aria-rowcount][aria-label=${label}] [aria-selected=true]`)
          ?.getAttribute('aria-rowindex') ?? 1,
      ) - 2,
    grid,
  );
}

/** Waits until the grid's selected row is this one: a key is drawn in the next frame. */
export async function waitForSelected(tab: Tab, grid: string, row: number): Promise<void> {
  await tab.waitFor(
    (label: string, rowIndex: string) =>
      document
        .querySelector(`[aria-rowcount][aria-label=${label}] [aria-selected=true]`)
        ?.getAttribute('aria-rowindex') === rowIndex,
    grid,
    `${row + 2}`,
  );
}

/** Waits until the element's text holds all of these. */
export async function waitForText(tab: Tab, selector: string, ...texts: readonly string[]): Promise<void> {
  await tab.waitFor(
    (css: string, wanted: readonly string[]) => {
      const text = document.querySelector(css)?.textContent ?? '';
      return wanted.every((part) => text.includes(part));
    },
    selector,
    texts,
  );
}

/** Writes into the filter box as a user would. */
export async function filterBy(tab: Tab, text: string): Promise<void> {
  await tab.click('[aria-label=Filter]');
  await tab.type(text);
}

/** Clicks a button by its accessible name. */
export function clickButton(tab: Tab, name: string): Promise<void> {
  return tab.click(`button[aria-label="${name}"]`);
}

/** Presses the button with this text as soon as it may be pressed. */
export async function press(tab: Tab, text: string): Promise<void> {
  await tab.waitFor((wanted: string) => {
    const button = [...document.querySelectorAll<HTMLButtonElement>('button')].find(
      (one) => one.textContent === wanted && !one.disabled,
    );
    button?.click();
    return button !== undefined;
  }, text);
}

/** Chooses an item, by its whole text, of the menu that this button opens. */
export async function chooseFromMenu(tab: Tab, button: string, item: string): Promise<void> {
  await clickButton(tab, button);
  await tab.waitFor(() => document.querySelector('[role=menu]'));
  await tab.evaluate(
    (label: string) =>
      [...document.querySelectorAll<HTMLElement>('[role=menu] [role^=menuitem]')]
        .find((element) => element.textContent === label)
        ?.click(),
    item,
  );
  await tab.waitFor(() => !document.querySelector('[role=menu]'));
}

/** The page remembers from now on what it copies; browsers under test may not read the clipboard. */
export async function listenForCopies(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    document.addEventListener('copy', () => {
      const area = document.activeElement;
      document.documentElement.dataset.copied = area instanceof HTMLTextAreaElement ? area.value : '';
    });
  });
}

/** Waits until exactly this text has been copied last, since `listenForCopies`. */
export async function waitForCopied(tab: Tab, text: string): Promise<void> {
  await tab.waitFor((wanted: string) => document.documentElement.dataset.copied === wanted, text);
}

/** The page remembers from now on what elements say, for words that soon vanish: who asks now and then may miss them. */
export async function listenForWords(tab: Tab, selector: string): Promise<void> {
  await tab.evaluate((css: string) => {
    const root = document.documentElement;
    new MutationObserver(() => {
      for (const { textContent } of document.querySelectorAll(css)) {
        if (textContent) root.dataset.said = `${root.dataset.said ?? ''}${textContent}\n`;
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, selector);
}

/** Waits until these words have been said, since `listenForWords`. */
export async function waitForSaid(tab: Tab, words: string): Promise<void> {
  await tab.waitFor((wanted: string) => document.documentElement.dataset.said?.includes(wanted), words);
}
