/** Sets scenes and reads the panel, by roles and accessible names, as people and assistive technology do. */

import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { Tab } from '../browsers/browser.ts';
import type { FakeFrame } from './harness/fake-recording.ts';

/** A document with open connections to these paths, numbered doc/0, doc/1 … */
export async function addConnections(tab: Tab, ...paths: readonly string[]): Promise<void> {
  await tab.evaluate((list: readonly string[]) => {
    const startMs = Date.UTC(2026, 10, 21, 10);
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
  }, paths);
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
