/**
 * The main views of the panel and how one gets there from the start, for those who look at all of them: the pictures of
 * `npm run screens` and the checks of accessibility. A view is one line.
 */
import type { Tab } from '../browsers/browser.ts';
import { compareCarts, tellCompared } from './compared-sessions.ts';
import { addConnections, addFrames, clickButton, clickRow, filterBy, waitForRows } from './page.ts';

export interface MainView {
  readonly name: string;
  /** The scene, as harness/main.ts knows it. */
  readonly scene: string;
  readonly open: (tab: Tab) => Promise<void>;
}

const BUSY = 'scene=busy&found';

const showView = (name: string) => async (tab: Tab) => {
  await tab.click(`#view-${name}`);
  await tab.waitFor((css: string) => document.querySelector(css), VIEW_IS_THERE[name] ?? '.view');
};

const VIEW_IS_THERE: Readonly<Record<string, string>> = {
  findings: '#finding-0',
  statistics: '.charts canvas',
  coverage: '.coverage-list',
};

async function openFrames(tab: Tab): Promise<void> {
  await clickRow(tab, 'Connections', 1);
  await tab.waitFor(() => document.querySelector('.frames [role=row][aria-selected]'));
}

async function openDetail(tab: Tab): Promise<void> {
  await openFrames(tab);
  await tab.click('.frames [aria-rowcount] [role=row][aria-selected]:nth-of-type(3)');
  await tab.waitFor(() => document.querySelector('.detail [role=treeitem]'));
}

async function openHex(tab: Tab): Promise<void> {
  await openDetail(tab);
  await tab.click('#tab-hex');
  await tab.waitFor(() => document.querySelector('.detail .hex-row'));
}

async function openMark(tab: Tab): Promise<void> {
  await openDetail(tab);
  await tab.press('m');
  await tab.waitFor(() => document.querySelector('dialog:modal textarea'));
}

/** The selected frame with the one above it. */
async function openComparedFrames(tab: Tab): Promise<void> {
  await openDetail(tab);
  await tab.press('Shift+F10');
  await tab.waitFor(() => document.querySelector('[role=menu]'));
  await tab.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[role=menu] [role^=menuitem]')]
      .find((item) => item.textContent?.startsWith('Compare with'))
      ?.click(),
  );
  await tab.waitFor(() => document.querySelector('.comparing'));
  await tab.click('.frames [aria-rowcount] [role=row][aria-selected]:nth-of-type(2)');
  await tab.click('.comparing .button-primary');
  await tab.waitFor(() => document.querySelector('dialog.compare .compare-line'));
}

/** A picture of 2 × 1 pixels: red and see-through. */
const PNG_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGP4z8DwH4QZYAwAR8oH+Y0tHnQAAAAASUVORK5CYII=';

async function openPicture(tab: Tab): Promise<void> {
  await addConnections(tab, '/pictures');
  await addFrames(tab, 'doc/0', [{ atMs: Date.UTC(2026, 10, 21, 10), bytes: [...Buffer.from(PNG_BASE64, 'base64')] }]);
  await clickRow(tab, 'Connections', 0);
  await waitForRows(tab, 'Frames', 1);
  await clickRow(tab, 'Frames', 0);
  await tab.waitFor(() => document.querySelector<HTMLImageElement>('.image-stage img')?.complete);
}

async function openDialog(tab: Tab, button: string): Promise<void> {
  await clickButton(tab, button);
  await tab.waitFor(() => document.querySelector('dialog[open]'));
}

async function openScenarioMenu(tab: Tab): Promise<void> {
  await clickRow(tab, 'Connections', 1);
  await tab.click('[aria-haspopup=menu]');
  await tab.waitFor(() => document.querySelector('[role=menu]'));
}

async function openSessions(tab: Tab): Promise<void> {
  await tab.click('#view-sessions');
  await waitForRows(tab, 'Sessions', 5);
  await clickRow(tab, 'Sessions', 1);
  await tab.waitFor(() => document.querySelector('.sessions-actions'));
}

async function openComparedSessions(tab: Tab): Promise<void> {
  await compareCarts(tab);
  await tellCompared(tab);
}

async function openKeyHelp(tab: Tab): Promise<void> {
  await tab.press('?');
  await tab.waitFor(() => document.querySelector('dialog:modal .key-help-groups'));
}

async function openVerdict(tab: Tab): Promise<void> {
  await clickRow(tab, 'Connections', 0);
  await tab.click('.summary-views [role=tab]:last-child');
  await tab.waitFor(() => document.querySelector('.verdict table'));
}

/** Something found, something wrong, and a selected connection. */
async function openFilter(tab: Tab): Promise<void> {
  await clickRow(tab, 'Connections', 1);
  await filterBy(tab, 'price size:>50 /(/');
  await tab.waitFor(() => document.querySelector('.filter-problems li'));
  await tab.waitFor(() => document.querySelector('.filter-count')?.textContent?.includes('match'));
}

async function openSuggestions(tab: Tab): Promise<void> {
  await tab.click('[aria-label=Filter]');
  await tab.waitFor(() => document.querySelector('.filter-option'));
  await tab.press('ArrowDown');
}

async function openFilterHelp(tab: Tab): Promise<void> {
  await filterBy(tab, 'price');
  await tab.click('.filter-action:nth-of-type(2)');
  await tab.waitFor(() => document.querySelector('dialog[open]'));
}

async function openSearch(tab: Tab): Promise<void> {
  await tab.press('Control+F');
  await tab.waitFor(() => document.activeElement?.id === 'find');
  await tab.type('order');
  await tab.waitFor(() => document.querySelector('.find-hit'));
  await tab.press('Enter');
  await tab.waitFor(() => document.querySelector('[aria-label=Frames] [aria-selected=true]'));
}

export const MAIN_VIEWS: readonly MainView[] = [
  { name: 'empty', scene: '', open: async () => undefined },
  { name: 'connections', scene: BUSY, open: (tab) => waitForRows(tab, 'Connections', 12) },
  { name: 'frames', scene: BUSY, open: openFrames },
  { name: 'detail', scene: BUSY, open: openDetail },
  { name: 'detail-hex', scene: BUSY, open: openHex },
  { name: 'detail-picture', scene: '', open: openPicture },
  { name: 'mark', scene: BUSY, open: openMark },
  { name: 'compare-frames', scene: BUSY, open: openComparedFrames },
  { name: 'filter', scene: BUSY, open: openFilter },
  { name: 'filter-suggestions', scene: BUSY, open: openSuggestions },
  { name: 'filter-help', scene: BUSY, open: openFilterHelp },
  { name: 'search', scene: BUSY, open: openSearch },
  { name: 'findings', scene: BUSY, open: showView('findings') },
  {
    name: 'finding',
    scene: BUSY,
    open: async (tab) => {
      await showView('findings')(tab);
      await tab.click('#finding-0');
      await tab.waitFor(() => document.querySelector('.finding h2'));
    },
  },
  { name: 'statistics', scene: BUSY, open: showView('statistics') },
  { name: 'coverage', scene: BUSY, open: showView('coverage') },
  { name: 'sessions', scene: BUSY, open: openSessions },
  { name: 'compare-sessions', scene: BUSY, open: openComparedSessions },
  { name: 'settings', scene: BUSY, open: (tab) => openDialog(tab, 'Settings') },
  { name: 'keys', scene: BUSY, open: openKeyHelp },
  { name: 'scenarios', scene: BUSY, open: openScenarioMenu },
  { name: 'verdict', scene: 'scene=crash', open: openVerdict },
];
