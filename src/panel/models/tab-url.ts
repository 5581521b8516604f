/**
 * The address of the panel in a tab of its own: `panel.html?tab=ID` for the tab that is recorded, `panel.html?session=ID`
 * for a session that is stored.
 */

/** What no id of a session is longer than; ours have 36 characters. */
const MAX_ID_LENGTH = 200;

/** The tab that an address names; null when it names none, or something that is no id. */
export function parseTabId(search: string): number | null {
  const text = new URLSearchParams(search).get('tab') ?? '';
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** The stored session that an address names; null when it names none. */
export function parseSessionId(search: string): string | null {
  const text = new URLSearchParams(search).get('session') ?? '';
  return text === '' || text.length > MAX_ID_LENGTH ? null : text;
}

/** The panel's own address, for another tab. */
export function tabUrlOf(panelUrl: string, tabId: number): string {
  return withSearch(panelUrl, { tab: String(tabId) });
}

/** The panel's own address, for a stored session. */
export function sessionUrlOf(panelUrl: string, sessionId: string): string {
  return withSearch(panelUrl, { session: sessionId });
}

function withSearch(panelUrl: string, search: Readonly<Record<string, string>>): string {
  const url = new URL(panelUrl);
  url.search = new URLSearchParams(search).toString();
  url.hash = '';
  return url.href;
}
