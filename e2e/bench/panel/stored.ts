/** What is measured of a stored session: opening it, going to rows of it, its timeline, a filter, and memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { withTimeout } from '../../browsers/wait.ts';
import { NEEDLE } from '../../lab/sessions/frames.ts';
import type { SessionShape } from '../../lab/sessions/generate.ts';
import { writeSessionIn } from '../../lab/sessions/install.ts';
import type { AttachedTarget, MeasuringChromium } from '../chromium.ts';
import { installProbe, landmarksOf, longTasksSoFar, type Smoothness, STILL, threadTimeMs, watch } from './probe.ts';
import { longestTask, type Task } from './tasks.ts';

export interface StoredFigures {
  readonly frames: number;
  readonly rounds: readonly StoredRound[];
}

/** The session opened once, in a window of its own. */
export interface StoredRound {
  readonly firstRowsMs: number;
  readonly fullTimelineMs: number;
  /** Of the panel's thread, until then. */
  readonly openingCpuMs: number;
  /** Long tasks until the timeline was full. */
  readonly openingTasksMs: readonly number[];
  readonly jumpsMs: readonly number[];
  readonly scroll: Smoothness;
  readonly zoom: Smoothness;
  readonly longestZoomTask: Task;
  readonly filter: Filtered;
  readonly heap: Heap;
}

export interface Heap {
  /** Of the panel itself, after a collection: objects, and what typed arrays hold. */
  readonly openedBytes: number;
  readonly scrolledBytes: number;
  /** Of its workers. */
  readonly workerBytes: number;
}

const LANDMARKS = {
  firstRows: '.grid [role="row"][aria-selected]',
  // It is not busy before there is something to read, so only beside rows.
  fullTimeline: '.panel:has(.grid [role="row"][aria-selected]) .timeline-scroller[aria-busy="false"]',
};
const ROUND_TIMEOUT_MS = 120_000;
const JUMPS = 12;
/** What a row says whose frame has not been read yet; the browser speaks English. */
const READING = 'Reading';
declare global {
  interface Window {
    /** When the last word was typed into the filter, and what was counted until then. */
    benchTyped?: Promise<{ readonly atMs: number; readonly countBefore: string }>;
  }
}

const LETTER_EVERY_MS = 60;

export interface StoredOptions {
  readonly browser: MeasuringChromium;
  readonly shape: Partial<SessionShape> & Pick<SessionShape, 'frames' | 'sessionId'>;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export async function measureStored({ browser, shape, rounds, say }: StoredOptions): Promise<StoredFigures> {
  const url = await install(browser, shape, say);
  const measured: StoredRound[] = [];
  for (let round = 0; round < rounds; round++) {
    say(`${shape.frames} frames, round ${round + 1} of ${rounds}`);
    try {
      measured.push(await withTimeout('A round', ROUND_TIMEOUT_MS, measureOnce(browser, url)));
    } catch (error) {
      // What a busy machine did not finish is left out, and said.
      say(`given up: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { frames: shape.frames, rounds: measured };
}

async function install(
  browser: MeasuringChromium,
  shape: StoredOptions['shape'],
  say: (line: string) => void,
): Promise<string> {
  const window = await browser.openWindow(`${browser.extensionOrigin}/src/devtools/devtools.html`);
  const page = await window.attach();
  await page.waitFor(() => document.readyState === 'complete' && location.protocol === 'chrome-extension:');
  const startedMs = performance.now();
  await writeSessionIn(page, shape);
  say(`${shape.frames} frames written in ${Math.round(performance.now() - startedMs)} ms`);
  await window.close();
  return `${browser.extensionOrigin}/src/panel/panel.html?session=${shape.sessionId}`;
}

async function measureOnce(browser: MeasuringChromium, url: string): Promise<StoredRound> {
  // In the extension's process from the beginning, so that processor time can be told.
  const window = await browser.openWindow(`${browser.extensionOrigin}/manifest.json`);
  const page = await window.attach();
  await page.waitFor(() => document.readyState === 'complete' && location.protocol === 'chrome-extension:');
  // Input to a window that is not in front may never be answered.
  await page.session.send('Page.bringToFront');
  await page.session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  const workers = await attachWorkers(browser, page);
  await installProbe(page, LANDMARKS);
  const startedCpuMs = await threadTimeMs(page);
  await page.session.send('Page.navigate', { url });
  const { firstRows = Number.NaN, fullTimeline = Number.NaN } = await landmarksOf(page, Object.keys(LANDMARKS).length);
  const openingCpuMs = (await threadTimeMs(page)) - startedCpuMs;
  const openingTasksMs = await longTasksSoFar(page);
  const openedBytes = await heapBytes(page);

  await selectBusiest(page);
  const jumpsMs: number[] = [];
  for (let i = 0; i < JUMPS; i++) jumpsMs.push(await page.evaluate(jumpInPage, (i * 0.37) % 1, READING));
  const scroll = await watch(page, () => scrollFrames(page));
  const scrolledBytes = await heapBytes(page);

  let zoom: Smoothness = STILL;
  const longestZoomTask = await longestTask(page, async () => {
    zoom = await watch(page, () => zoomAndPan(page));
  });
  const filter = await filterFrames(page);
  const workerBytes = (await Promise.all(workers().map(heapBytes))).reduce((sum, bytes) => sum + bytes, 0);
  await window.close();
  return {
    firstRowsMs: firstRows,
    fullTimelineMs: fullTimeline,
    openingCpuMs,
    openingTasksMs,
    jumpsMs,
    scroll,
    zoom,
    longestZoomTask,
    filter,
    heap: { openedBytes, scrolledBytes, workerBytes },
  };
}

/** The sessions of the page's workers, as they come. */
async function attachWorkers(browser: MeasuringChromium, page: AttachedTarget) {
  const found: Pick<AttachedTarget, 'session'>[] = [];
  page.session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if ((targetInfo as { type?: string }).type === 'worker') {
      found.push({ session: browser.sessionOf(String(sessionId)) });
    }
  });
  await page.session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  return () => found;
}

/** Objects and typed arrays, after a collection. 0 for a worker that has ended. */
async function heapBytes({ session }: Pick<AttachedTarget, 'session'>): Promise<number> {
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    return Number(usedSize) + Number(backingStorageSize ?? 0);
  } catch {
    return 0;
  }
}

/** Selects a socket of the client that talks most. */
async function selectBusiest(page: AttachedTarget): Promise<void> {
  await page.evaluate(() => {
    const grid = document.querySelector('.grid');
    if (grid) grid.scrollTop = 0;
  });
  await page.waitFor(() => {
    const grid = document.querySelector('.grid');
    const rows = [...(grid?.querySelectorAll('[role="row"][aria-selected]:not(.is-group)') ?? [])];
    const ours = rows.find((row) => /client=0\b/.test(row.innerHTML));
    if (ours) ours.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    else if (grid) grid.scrollTop += grid.clientHeight / 2;
    return ours !== undefined;
  });
  await page.waitFor(() => document.querySelectorAll('.frames .grid [role="row"][aria-selected]').length > 2);
}

/** To a share of the whole list; milliseconds until the rows there are read and drawn. */
async function jumpInPage(share: number, reading: string): Promise<number> {
  const grid = document.querySelector('.frames .grid');
  if (!grid) throw new Error('There is no list of frames.');
  const indexOf = () => grid.querySelector('[role="row"][aria-selected]')?.getAttribute('aria-rowindex');
  const before = indexOf();
  const startedMs = performance.now();
  grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight);
  for (;;) {
    await new Promise(requestAnimationFrame);
    const rows = [...grid.querySelectorAll('[role="row"][aria-selected]')];
    const isRead = rows.length > 0 && rows.every((row) => !row.textContent?.includes(reading));
    const passedMs = performance.now() - startedMs;
    if (isRead && (indexOf() !== before || passedMs > 500)) return passedMs;
    if (passedMs > 10_000) throw new Error(`The rows are not read: ${rows.map((row) => row.textContent).join(' | ')}`);
  }
}

/** With the wheel, as a hand does: some thousands of pixels down and up again. */
async function scrollFrames(page: AttachedTarget): Promise<void> {
  const place = await middleOf(page, '.frames .grid');
  for (const yDistance of [-6_000, 6_000]) {
    await page.session.send('Input.synthesizeScrollGesture', {
      ...place,
      yDistance,
      speed: 3_000,
      gestureSourceType: 'mouse',
    });
  }
}

async function middleOf(page: AttachedTarget, selector: string): Promise<{ readonly x: number; readonly y: number }> {
  return page.evaluate((css: string) => {
    const box = document.querySelector(css)?.getBoundingClientRect();
    if (!box) throw new Error(`There is no ${css}.`);
    return { x: Math.round(box.left + box.width * 0.6), y: Math.round(box.top + box.height / 2) };
  }, selector);
}

const WHEEL_TURNS = 90;
const WHEEL_EVERY_MS = 16;
const LOST_ANSWER_MS = 200;
const CONTROL = 2;
const SHIFT = 8;

/** Zooms into the middle, moves along and zooms out, a turn of the wheel per animation frame. */
async function zoomAndPan(page: AttachedTarget): Promise<void> {
  const place = await middleOf(page, '.timeline-scroller');
  const turns = [
    { modifiers: CONTROL, deltaY: -40 },
    { modifiers: SHIFT, deltaX: 40, deltaY: 0 },
    { modifiers: CONTROL, deltaY: 40 },
  ];
  for (const turn of turns) {
    for (let i = 0; i < WHEEL_TURNS / turns.length; i++) {
      const sent = page.session.send('Input.dispatchMouseEvent', {
        type: 'mouseWheel',
        ...place,
        deltaX: 0,
        ...turn,
      });
      // An answer may fail to come for a turn that was merged into the next.
      await Promise.all([Promise.race([sent, delay(LOST_ANSWER_MS)]), delay(WHEEL_EVERY_MS)]);
    }
  }
}

export interface Filtered {
  /** From the last letter on; null: it never came. */
  readonly firstMs: number | null;
  readonly doneMs: number | null;
  readonly typing: Smoothness;
}

/** Types a word into the filter. What it lets through is counted below the toolbar. */
async function filterFrames(page: AttachedTarget): Promise<Filtered> {
  await page.evaluate(() => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus());
  const typing = await watch(page, async () => {
    for (const letter of NEEDLE) {
      await page.session.send('Input.insertText', { text: letter });
      await delay(LETTER_EVERY_MS);
    }
  });
  // Once more, whole: the letters before it must not have found it already.
  await page.evaluate(() => document.querySelector<HTMLInputElement>('input[type="search"]')?.select());
  await page.session.send('Input.insertText', { text: `-nobody-${NEEDLE}` });
  await page.waitFor(
    () => document.querySelector('.filter-count')?.textContent && !document.querySelector('.filter-progress'),
  );
  await page.evaluate(() => document.querySelector<HTMLInputElement>('input[type="search"]')?.select());
  // In place before the word is sent: input takes another way to the page than evaluations do.
  await page.evaluate(() => {
    const box = document.querySelector('input[type="search"]');
    const countBefore = document.querySelector('.filter-count')?.textContent ?? '';
    window.benchTyped = new Promise((resolve) => {
      const typed = () => resolve({ atMs: performance.now(), countBefore });
      box?.addEventListener('input', typed, { once: true, capture: true });
    });
  });
  await page.session.send('Input.insertText', { text: NEEDLE });
  return { ...(await page.evaluate(waitForHits)), typing };
}

/** Runs in the panel: when the filter's count first was more than none, and when nothing is searched any more. */
async function waitForHits(): Promise<{ firstMs: number | null; doneMs: number | null }> {
  const { atMs: startedMs = Number.NaN, countBefore = '' } = (await window.benchTyped) ?? {};
  const hits = () => Number(/(?<![\d,.])[1-9][\d,]*(?![\d,]* ?%)/.exec(countText())?.[0].replaceAll(',', '') ?? 0);
  const countText = () => document.querySelector('.filter-count')?.textContent ?? '';
  let firstMs: number | null = null;
  while (performance.now() - startedMs < 30_000) {
    await new Promise(requestAnimationFrame);
    const text = countText();
    if (text === countBefore) continue;
    if (firstMs === null && hits() > 0) firstMs = performance.now() - startedMs;
    if (text !== '' && !document.querySelector('.filter-progress'))
      return { firstMs, doneMs: performance.now() - startedMs };
  }
  return { firstMs, doneMs: null };
}
