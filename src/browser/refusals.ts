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
      removeRuleIds: [id],
      addRules: [
        {
          id,
          priority: 1,
          action: { type: 'block' },
          condition: {
            tabIds: [tabId],
            resourceTypes: ['websocket'],
            ...(urlPattern === null ? {} : { urlFilter: filterOf(urlPattern), isUrlFilterCaseSensitive: true }),
          },
        },
      ],
    }),
  remove: (ids) => browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: [...ids] }),
  removeAll: async () => {
    const rules = await browser.declarativeNetRequest.getSessionRules();
    await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: rules.map(({ id }) => id) });
  },
};

/** `|` ties a filter to the beginning or the end of the URL; before or behind a `*` it would be of no use. */
function filterOf(urlPattern: string): string {
  return `${urlPattern.startsWith('*') ? '' : '|'}${urlPattern}${urlPattern.endsWith('*') ? '' : '|'}`;
}
