/** Whose DevTools the panel has to look like. */

export type Engine = 'chromium' | 'firefox';

export const ENGINE: Engine = CSS.supports('-moz-orient', 'inline') ? 'firefox' : 'chromium';

/** Height of a grid's row, as in the network panels of the two. */
export const ROW_PX: number = { chromium: 21, firefox: 24 }[ENGINE];
/** Rows of trees and dumps. */
export const LINE_PX: number = { chromium: 18, firefox: 18 }[ENGINE];

export const IS_MAC = /mac/i.test(navigator.platform);
