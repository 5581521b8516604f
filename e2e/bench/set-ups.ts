/** Under what is measured: the columns of the table, as data. `open-chromium.ts` and `open-firefox.ts` make them. */

import type { BrowserKind } from '../browsers/browser.ts';

export interface SetUp {
  readonly id: SetUpId;
  readonly title: string;
  readonly extension: boolean;
  /** What watches the page: nothing, a bare panel port, our panel in a window of its own, or the real DevTools. */
  readonly watcher: 'none' | 'port' | 'panelPage' | 'devtoolsPanel' | 'devtoolsNetwork';
  readonly browsers: readonly BrowserKind[];
  /** Measured only when it is asked for by name. */
  readonly onRequest?: true;
}

export const SET_UP_IDS = ['none', 'again', 'closed', 'port', 'panel', 'devtoolsPanel', 'devtools'] as const;
export type SetUpId = (typeof SET_UP_IDS)[number];

/** What all ratios refer to. */
export const BASE_ID = 'none';

const BOTH: readonly BrowserKind[] = ['chromium', 'firefox'];

export const SET_UPS: readonly SetUp[] = [
  { id: 'none', title: 'no extension', extension: false, watcher: 'none', browsers: BOTH },
  // The same a second time, in another process: what its ratio differs from 1 is what cannot be told from noise.
  { id: 'again', title: 'no extension, again', extension: false, watcher: 'none', browsers: BOTH },
  { id: 'closed', title: 'panel closed', extension: true, watcher: 'none', browsers: BOTH },
  { id: 'port', title: 'recording, no panel', extension: true, watcher: 'port', browsers: BOTH },
  { id: 'panel', title: 'recording, panel', extension: true, watcher: 'panelPage', browsers: BOTH },
  {
    id: 'devtoolsPanel',
    title: 'panel in DevTools',
    extension: true,
    watcher: 'devtoolsPanel',
    browsers: BOTH,
    onRequest: true,
  },
  {
    id: 'devtools',
    title: 'DevTools at Network',
    extension: false,
    watcher: 'devtoolsNetwork',
    browsers: ['chromium'],
  },
];
