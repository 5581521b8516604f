/** Reads and uses the panel by roles and accessible names, as assistive technology does. */
import type { Realm } from '../browsers/browser.ts';

/** A row by the heads of its columns. */
export type GridRow = Readonly<Record<string, string>>;

export interface Grid {
  /** `aria-rowcount`: all rows with the row of heads, in view or not. */
  readonly rowCount: number;
  /** The rows in view. */
  readonly rows: readonly GridRow[];
}

/** Runs in the panel. */
function readGridInPage(name: string): Grid {
  const grid = document.querySelector(`[aria-rowcount][aria-label="${name}"]`);
  const heads = [...(grid?.querySelectorAll('[role="columnheader"]') ?? [])];
  const nameOf = new Map(heads.map((head) => [head.getAttribute('aria-colindex'), head.textContent?.trim() ?? '']));
  const rows = [...(grid?.querySelectorAll('[role="row"][aria-selected]') ?? [])].map((row) =>
    Object.fromEntries(
      [...row.querySelectorAll('[role="gridcell"]')].map((cell) => [
        nameOf.get(cell.getAttribute('aria-colindex')) ?? '',
        cell.textContent?.trim() ?? '',
      ]),
    ),
  );
  return { rowCount: Number(grid?.getAttribute('aria-rowcount') ?? 0), rows };
}

export function readGrid(panel: Realm, name: string): Promise<Grid> {
  return panel.evaluate(readGridInPage, name);
}

/** The rows in view, once there are at least `count`. */
export async function rowsOf(panel: Realm, name: string, count: number): Promise<readonly GridRow[]> {
  await panel.waitFor(
    (label: string, wanted: number) =>
      document.querySelectorAll(`[aria-rowcount][aria-label="${label}"] [role="row"][aria-selected]`).length >= wanted,
    name,
    count,
  );
  return (await readGrid(panel, name)).rows;
}

/** Types into the filter box. */
export async function filterBy(panel: Realm, text: string): Promise<void> {
  await panel.click('input[aria-label="Filter"]');
  await panel.type(text);
}

/** Clicks the first row that holds the text in any cell's content or title. */
export async function clickRow(panel: Realm, name: string, text: string): Promise<void> {
  const rowIndex = await panel.waitFor(
    (label: string, wanted: string) => {
      const rows = [...document.querySelectorAll(`[aria-rowcount][aria-label="${label}"] [role="row"][aria-selected]`)];
      const named = (element: Element) =>
        element.textContent?.includes(wanted) || element.getAttribute('title')?.includes(wanted);
      return rows.find((row) => [row, ...row.querySelectorAll('*')].some(named))?.getAttribute('aria-rowindex');
    },
    name,
    text,
  );
  await panel.click(`[aria-rowcount][aria-label="${name}"] [role="row"][aria-rowindex="${rowIndex}"]`);
}
