/**
 * Refuses WebSocket handshakes of a tab, really: they never reach the server, and the page sees what it always sees when a
 * handshake fails. Rules last as long as the browser unless they are removed; all session rules of the extension are these.
 * Not refused: those of shared workers in Chromium, whatever the rule; and connections that are open stay so.
 */
import browser from 'webextension-polyfill';

export interface Refusal {
  /** From 1; one that is there already is replaced. */
  readonly id: number;
  readonly tabId: number;
  /** `*` stands for any characters; null: all handshakes of the tab. */
  readonly urlPattern: string | null;
}

export interface Refusals {
  /** Resolves when the next handshake will be refused. */
  add(refusal: Refusal): Promise<void>;
  remove(ids: readonly number[]): Promise<void>;
  removeAll(): Promise<void>;
}

export const refusals: Refusals = {
  add: ({ id, tabId, urlPattern }) =>
    browser.declarativeNetRequest.updateSessionRules({
      removeRuleIds: rulesOf(id),
      addRules: filtersOf(urlPattern).map((filter, i) => ({
        id: rulesOf(id)[i] ?? 0,
        priority: 1,
        action: { type: 'block' },
        condition: { tabIds: [tabId], resourceTypes: ['websocket'], ...filter },
      })),
    }),
  remove: (ids) => browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: ids.flatMap(rulesOf) }),
  removeAll: async () => {
    const rules = await browser.declarativeNetRequest.getSessionRules();
    await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: rules.map(({ id }) => id) });
  },
};

/** The browser's rules of one refusal. */
function rulesOf(id: number): number[] {
  return [2 * id - 1, 2 * id];
}

/**
 * Chromium compares with the WebSocket's URL, Firefox with that of its handshake, which is http(s). Rules are for
 * WebSockets only, so each browser may have both.
 */
function filtersOf(urlPattern: string | null): readonly { urlFilter?: string; isUrlFilterCaseSensitive?: boolean }[] {
  if (urlPattern === null) return [{}];
  const patterns = [urlPattern, urlPattern.replace(/^ws(?=s?:)/, 'http')];
  return [...new Set(patterns)].map((pattern) => ({ urlFilter: filterOf(pattern), isUrlFilterCaseSensitive: true }));
}

/** `|` ties a filter to the beginning or the end of the URL; before or behind a `*` it would be of no use. */
function filterOf(pattern: string): string {
  return `${pattern.startsWith('*') ? '' : '|'}${pattern}${pattern.endsWith('*') ? '' : '|'}`;
}
