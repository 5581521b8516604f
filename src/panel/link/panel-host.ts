/** Where the panel lives: inside DevTools, or in a tab of its own. What it needs to know of that place. */

export type Theme = 'light' | 'dark';

export interface PanelHost {
  readonly place: 'devtools' | 'tab';
  theme(): Theme;
  onThemeChanged(listener: () => void): void;
  /** When the inspected page began, epoch milliseconds; null where nobody knows. */
  pageStartMs(): Promise<number | null>;
  /** The tab has gone to another page. May come late: Firefox waits for all resources (bug 1552686). */
  onPageChanged(listener: () => void): void;
}
