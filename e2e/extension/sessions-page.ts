/** Uses the list of sessions in the real panel as its users do: drops files on it, exports, deletes; and reads what it says. */
import type { Browser, Realm, Tab } from '../browsers/browser.ts';
import { clickRow, rowsOf } from './panel-page.ts';

/** What is kept in the panel's page of the files that it would have saved. */
interface SavingPage {
  savedFile?: Blob;
}

export type ExportFormat = 'ndjson' | 'har';
export type Hidden = 'secrets' | 'none';

/** Characters that are handed over at once. */
const PIECE_CHARS = 512 * 1024;

const panelUrl = (browser: Browser, sessionId: string) =>
  `${browser.extensionOrigin}/src/panel/panel.html?session=${encodeURIComponent(sessionId)}`;

/** The panel over a stored session, when its connections are there. */
export async function openStored(browser: Browser, sessionId: string): Promise<Tab> {
  const panel = await browser.newTab(panelUrl(browser, sessionId));
  await rowsOf(panel, 'Connections', 1);
  return panel;
}

/** The same, showing the list of sessions. */
export async function openSessions(browser: Browser, sessionId: string): Promise<Tab> {
  const panel = await openStored(browser, sessionId);
  await panel.click('#view-sessions');
  await rowsOf(panel, 'Sessions', 1);
  return panel;
}

/** Clicks the button of this text, inside what the selector names. */
export async function clickButton(panel: Realm, within: string, text: string): Promise<void> {
  const id = await panel.waitFor(
    (scope: string, wanted: string) => {
      const buttons = [...document.querySelectorAll<HTMLButtonElement>(`${scope} button`)];
      const button = buttons.find((one) => one.textContent?.trim() === wanted);
      if (!button) return null;
      button.id ||= `button-${Math.random().toString(36).slice(2)}`;
      return button.id;
    },
    within,
    text,
  );
  await panel.click(`[id="${id}"]`);
}

/** Exports the session of this name through the dialog; gives the text of the file. */
export async function exportSession(panel: Realm, name: string, format: ExportFormat, hidden: Hidden): Promise<string> {
  await panel.evaluate(() => {
    const page = globalThis as SavingPage;
    delete page.savedFile;
    URL.createObjectURL = (file) => {
      page.savedFile = file as Blob;
      return 'about:blank#saved';
    };
    // Nobody wants the files of tests among the downloads.
    HTMLAnchorElement.prototype.click = () => undefined;
  });
  await clickRow(panel, 'Sessions', name);
  await clickButton(panel, '.sessions-actions', 'Export…');
  await panel.click(`dialog.export input[value="${format}"]`);
  await panel.click(`dialog.export input[value="${hidden}"]`);
  await clickButton(panel, 'dialog.export', 'Save file');
  const length = await panel.waitFor(async () => (await (globalThis as SavingPage).savedFile?.text())?.length);
  await panel.waitFor(() => document.querySelector('dialog[open]') === null);
  const pieces: string[] = [];
  for (let from = 0; from < length; from += PIECE_CHARS) {
    pieces.push(
      await panel.evaluate(
        async (at: number, size: number) =>
          ((await (globalThis as SavingPage).savedFile?.text()) ?? '').slice(at, at + size),
        from,
        PIECE_CHARS,
      ),
    );
  }
  return pieces.join('');
}

/**
 * Drops a file on the list of sessions. `content`: text, bytes, or a text that is repeated in the browser.
 */
export async function dropFile(
  panel: Realm,
  name: string,
  content: string | Uint8Array | { readonly head: string; readonly repeated: string; readonly times: number },
): Promise<void> {
  const isBytes = content instanceof Uint8Array;
  const repeats = typeof content === 'object' && !isBytes ? content : null;
  const text = typeof content === 'string' ? content : isBytes ? Buffer.from(content).toString('latin1') : '';
  await panel.evaluate(
    (fileName: string, given: string, asBytes: boolean, more: typeof repeats) => {
      const bytes = Uint8Array.from(asBytes ? given : '', (char) => char.charCodeAt(0));
      const parts: BlobPart[] = more ? [more.head, more.repeated.repeat(more.times)] : [asBytes ? bytes : given];
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(parts, fileName));
      const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
      document.querySelector('.sessions')?.dispatchEvent(event);
    },
    name,
    text,
    isBytes,
    repeats,
  );
}

/** What the panel says of an import once it says something that holds the text. */
export function importSays(panel: Realm, text: string): Promise<string> {
  return panel.waitFor((wanted: string) => {
    const said = [...document.querySelectorAll('.sessions-said[role=status]')].map((one) => one.textContent ?? '');
    return said.find((one) => one.includes(wanted));
  }, text);
}

/** Drops the file, waits until it is imported, and gives the new session's id and what was said. */
export async function importFile(
  panel: Realm,
  name: string,
  content: string,
): Promise<{ readonly sessionId: string; readonly said: string }> {
  await dropFile(panel, name, content);
  const said = await importSays(panel, `Imported “${name}”`);
  return { said, sessionId: await importedId(panel) };
}

export function importedId(panel: Realm): Promise<string> {
  return panel.waitFor(() => {
    const link = document.querySelector<HTMLAnchorElement>('.sessions-said a[href*="session="]');
    return link && new URL(link.href).searchParams.get('session');
  });
}

/** A finding as it stands on the screen. */
export interface ShownFinding {
  readonly title: string;
  readonly facts: string;
  readonly because: string;
  readonly candidates: readonly string[];
}

/** All findings, each opened. There has to be one at least. */
export async function readFindings(panel: Realm): Promise<readonly ShownFinding[]> {
  await panel.click('#view-findings');
  const count = await panel.waitFor(
    () => document.querySelector('.findings-state') && document.querySelectorAll('.finding-row').length,
  );
  const found: ShownFinding[] = [];
  for (let at = 0; at < count; at++) {
    await panel.click(`#finding-${at}`);
    found.push(
      await panel.waitFor((index: number) => {
        const textOf = (element: Element | null | undefined) => element?.textContent ?? '';
        const title = textOf(document.querySelector(`#finding-${index} .finding-title`));
        const detail = document.querySelector('.finding');
        if (textOf(detail?.querySelector('h2')) !== title) return null;
        return {
          title,
          facts: textOf(document.querySelector(`#finding-${index} .finding-facts`)),
          because: textOf(detail?.querySelector('p.faint')),
          candidates: [...(detail?.querySelectorAll('.candidates li') ?? [])].map((one) => textOf(one)),
        };
      }, at),
    );
  }
  return found;
}

/** A connection of the grid, with the verdict on it where it was dropped. */
export interface ShownConnection {
  readonly cells: string;
  /** State, name, value of each line; empty: it was not dropped. */
  readonly verdict: readonly string[];
}

/** Runs in the panel. */
function verdictInPage(): readonly string[] | null {
  const lines = [...document.querySelectorAll('.verdict-table tbody tr')];
  const textOf = (line: Element, css: string) => line.querySelector(css)?.textContent ?? '';
  if (lines.length === 0) return null;
  return lines.map((line) =>
    ['.verdict-state', '.verdict-title', '.is-number'].map((css) => textOf(line, css)).join(' | '),
  );
}

export async function readConnections(panel: Realm): Promise<readonly ShownConnection[]> {
  await panel.click('#view-connections');
  const rows = await rowsOf(panel, 'Connections', 1);
  const found: ShownConnection[] = [];
  for (const [at, cells] of rows.entries()) {
    const row = `[aria-rowcount][aria-label="Connections"] [role="row"][aria-rowindex="${at + 2}"]`;
    await panel.click(row);
    await panel.waitFor((css: string) => document.querySelector(css)?.getAttribute('aria-selected') === 'true', row);
    await panel.waitFor(() => document.querySelector('.summary-url'));
    const isDropped = await panel.evaluate(() => document.querySelector('#below-verdict') !== null);
    if (isDropped) await panel.click('#below-verdict');
    const verdict = isDropped ? await panel.waitFor(verdictInPage) : [];
    if (isDropped) await panel.click('#below-frames');
    found.push({ cells: JSON.stringify(cells), verdict });
  }
  return found;
}
