/** Where the focus goes from one part of the panel to another. */
import type { RefObject } from 'preact';

/** Focuses the first selector's element, or the next one's where that is not there. */
export function focusOn(root: RefObject<HTMLElement | null>, ...selectors: readonly string[]): void {
  for (const selector of selectors) {
    const element = root.current?.querySelector<HTMLElement>(selector);
    if (!element) continue;
    element.focus();
    return;
  }
}
