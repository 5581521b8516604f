/** The address of the panel in a tab of its own: `panel.html?tab=ID`. */

/** The tab that an address names; null when it names none, or something that is no id. */
export function parseTabId(search: string): number | null {
  const text = new URLSearchParams(search).get('tab') ?? '';
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** The panel's own address, for another tab. */
export function tabUrlOf(panelUrl: string, tabId: number): string {
  const url = new URL(panelUrl);
  url.search = `?tab=${tabId}`;
  url.hash = '';
  return url.href;
}
