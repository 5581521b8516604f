/**
 * The toolbar button says that something is recorded although nobody looks: a word on every tab as long as any site is
 * always recorded or any session goes on, and another, in red, on a tab that is being recorded for that reason.
 */
import type { Badge } from '../browser/badge.ts';
import { isUnattended, type RecordedTab, type RecordedTabs } from './recorded-tabs.ts';

export interface BadgesEdges {
  readonly tabs: RecordedTabs;
  /** Whether anything is recorded although nobody looks. */
  areAnyStanding(): boolean;
  /** Of one tab; null: of all that have none of their own. A badge of null is none. */
  setBadge(tabId: number | null, badge: Badge | null): void;
}

export interface Badges {
  /** The tab's recording has changed, or it has gone to another page, which makes browsers forget its badge. */
  onTabChanged(tabId: number): void;
  onStandingChanged(): void;
}

export function createBadges({ tabs, areAnyStanding, setBadge }: BadgesEdges): Badges {
  const shown = new Set<number>();

  return {
    onTabChanged: (tabId) => {
      const badge = badgeOf(tabs.get(tabId));
      if (!badge && !shown.has(tabId)) return;
      setBadge(tabId, badge);
      if (badge) shown.add(tabId);
      else shown.delete(tabId);
    },
    onStandingChanged: () => setBadge(null, areAnyStanding() ? 'standing' : null),
  };
}

function badgeOf(tab: RecordedTab | undefined): Badge | null {
  if (!tab || !isUnattended(tab)) return null;
  return tab.recording ? 'recorded' : 'paused';
}
