/**
 * The panel in the real DevTools beside Chrome's own Messages view of the same DevTools, each in a browser of its own and
 * on the same frames of one connection: while they come, and when a filter is typed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil, withTimeout } from '../../browsers/wait.ts';
import { type AttachedTarget, launchMeasuringChromium, type MeasuringChromium, showDevtoolsView } from '../chromium.ts';
import type { SetUpContext } from '../open-set-up.ts';
import { rotate } from '../run-bench.ts';
import type { Measured } from '../traffic/task.ts';
import { PAYLOAD_BYTES } from './flood.ts';
import { type Smoothness, startProbe, watch } from './probe.ts';

export interface NativePlan {
  readonly framesPerSecond: readonly number[];
  readonly durationMs: number;
  readonly filteredFrames: number;
  readonly rounds: number;
}

export const FULL_NATIVE: NativePlan = {
  framesPerSecond: [2_000, 20_000],
  durationMs: 4_000,
  filteredFrames: 100_000,
  rounds: 5,
};
export const QUICK_NATIVE: NativePlan = { ...FULL_NATIVE, durationMs: 2_000, filteredFrames: 20_000, rounds: 1 };

/** `page`: nobody looks, no DevTools are open; `console`: they are, without us, and show nothing of connections. */
export const SIDES = ['page', 'console', 'messages', 'panel'] as const;
export type Side = (typeof SIDES)[number];
/** That show frames. */
export const VIEWS = ['messages', 'panel'] as const satisfies readonly Side[];

export interface LiveSample {
  /** That the page took. */
  readonly framesPerSecond: number;
  /** The document of DevTools, which is told of all frames whichever view is shown; and ours inside it. */
  readonly documents: readonly Smoothness[];
}

export interface NativeFigures {
  readonly plan: NativePlan;
  /** By pace, by side, one for each round. */
  readonly live: readonly { readonly framesPerSecond: number; readonly samples: Samples<LiveSample> }[];
  /** Milliseconds from the filter's change until the rows that it leaves are drawn. */
  readonly filterMs: Samples<number>;
}

type Samples<Sample> = Readonly<Record<Side, readonly Sample[]>>;

/** A side whose browser is open. */
interface OpenSide {
  readonly side: Side;
  /** Its documents, that with the rows last. */
  readonly documents: readonly AttachedTarget[];
  /** Shows the frames of the group's connection. */
  show(group: string): Promise<void>;
  run(group: string, framesPerSecond: number, durationMs: number): Promise<Measured>;
  close(): Promise<void>;
}

const WINDOW = ['--window-size=1200,1000'];
const DEVTOOLS_HEIGHT_PX = 750;
const SAMPLE_TIMEOUT_MS = 90_000;
/** Until the view has begun to show what comes. */
const BEGINNING_MS = 1_000;
const FILTERED_FRAMES_PER_SECOND = 5_000;
/** In the numbers that the frames carry; a few in ten thousand have it. */
const NEEDLE = '0777';

export async function measureNative(
  plan: NativePlan,
  context: SetUpContext,
  say: (line: string) => void,
): Promise<NativeFigures> {
  const opened: OpenSide[] = [];
  try {
    for (const side of SIDES) opened.push(await openSide(side, context));
    const live = plan.framesPerSecond.map((framesPerSecond) => ({ framesPerSecond, samples: none<LiveSample>() }));
    const filterMs = none<number>();
    const gaveUp = new Set<Side>();
    let runs = 0;
    for (let round = 0; round < plan.rounds; round++) {
      say(`native, round ${round + 1} of ${plan.rounds}`);
      // First, while nobody is behind.
      for (const one of rotate(opened, round)) {
        const group = `filter${runs++}`;
        if (VIEWS.some((side) => side === one.side))
          await keep(filterMs[one.side], gaveUp, one, () => measureFilter(one, group, plan), say);
      }
      for (const { framesPerSecond, samples } of live) {
        for (const one of rotate(opened, round)) {
          const group = `live${runs++}`;
          say(`${one.side} at ${framesPerSecond} frames/s`);
          await keep(
            samples[one.side],
            gaveUp,
            one,
            () => measureLive(one, group, framesPerSecond, plan.durationMs),
            say,
          );
        }
      }
    }
    return { plan, live, filterMs };
  } finally {
    await Promise.allSettled(opened.map(({ close }) => close()));
  }
}

/**
 * What a side does not finish in time is left out, and said. It is not asked again: DevTools that are that far behind
 * stay so.
 */
async function keep<Sample>(
  samples: Sample[],
  gaveUp: Set<Side>,
  { side }: OpenSide,
  measure: () => Promise<Sample>,
  say: (line: string) => void,
): Promise<void> {
  if (gaveUp.has(side)) return;
  try {
    samples.push(await withTimeout('A sample', SAMPLE_TIMEOUT_MS, measure()));
  } catch (error) {
    gaveUp.add(side);
    say(`given up: ${side}: ${error instanceof Error ? error.message : error}`);
  }
}

function none<Sample>(): Record<Side, Sample[]> {
  return { page: [], console: [], messages: [], panel: [] };
}

/** DevTools' own names. */
const DEVTOOLS_VIEWS: Readonly<Record<Exclude<Side, 'page'>, (extensionOrigin: string | null) => string>> = {
  console: () => 'console',
  messages: () => 'network',
  panel: (extensionOrigin) => `${extensionOrigin}Socketscope`,
};

async function openSide(side: Side, { traffic, extensionDir, headless }: SetUpContext): Promise<OpenSide> {
  const browser = await launchMeasuringChromium({
    headless,
    switches: WINDOW,
    devtoolsHeightPx: DEVTOOLS_HEIGHT_PX,
    ...(side === 'panel' && { extensionDir }),
  });
  try {
    const page = await browser.openWindow(traffic.pageUrl(side));
    await traffic.pageReady(side);
    const documents: AttachedTarget[] = [];
    if (side !== 'page') {
      const frontEnd = await (await browser.openDevtools(page)).attach();
      await showDevtoolsView(frontEnd, DEVTOOLS_VIEWS[side](browser.extensionOrigin));
      documents.push(frontEnd);
    }
    if (side === 'panel') documents.push(await attachPanel(browser));
    for (const document of documents) await startProbe(document);
    const rows = side === 'console' ? undefined : documents.at(-1);
    return {
      side,
      documents,
      show: async (group) => {
        if (rows) await rows.waitFor(side === 'panel' ? selectInPanel : selectInMessages, group);
      },
      run: (group, framesPerSecond, durationMs) =>
        traffic.run(side, {
          kind: 'animate',
          group,
          payloadBytes: PAYLOAD_BYTES,
          sockets: 1,
          pace: { framesPerSecond, durationMs },
        }),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Our panel's document, which is in a process of its own inside the one of DevTools. */
async function attachPanel(browser: MeasuringChromium): Promise<AttachedTarget> {
  let targetId: string | undefined;
  await waitUntil('The panel in DevTools', async () => {
    targetId = (await browser.targets()).find(({ url }) => url.endsWith('/src/panel/panel.html'))?.targetId;
    return targetId;
  });
  const panel = await browser.target(targetId ?? '').attach();
  await panel.waitFor(() => document.querySelector('.status-recording'));
  return panel;
}

async function measureLive(
  { documents, show, run }: OpenSide,
  group: string,
  framesPerSecond: number,
  durationMs: number,
): Promise<LiveSample> {
  const running = run(group, framesPerSecond, durationMs + BEGINNING_MS);
  // Met below; until then nobody looks.
  running.catch(() => undefined);
  await show(group);
  const smooth = await watchAll(documents, () => delay(durationMs));
  const { framesIn, elapsedMs = Number.NaN } = await running;
  return { framesPerSecond: (1000 * framesIn) / elapsedMs, documents: smooth };
}

/** All of them at the same time. */
async function watchAll(
  documents: readonly AttachedTarget[],
  action: () => Promise<void>,
): Promise<readonly Smoothness[]> {
  const acted = action();
  return Promise.all(documents.map((document) => watch(document, () => acted)));
}

async function measureFilter(
  { side, documents, show, run }: OpenSide,
  group: string,
  { filteredFrames }: NativePlan,
): Promise<number> {
  const running = run(group, FILTERED_FRAMES_PER_SECOND, (1000 * filteredFrames) / FILTERED_FRAMES_PER_SECOND);
  running.catch(() => undefined);
  await show(group);
  await running;
  const rows = documents.at(-1);
  if (!rows) return Number.NaN;
  const [field, row] =
    side === 'panel'
      ? ['input[type="search"]', '.frames .grid [role="row"][aria-selected]']
      : ['.toolbar-input-prompt', 'tr.resource-chunk-view-row-receive'];
  return rows.evaluate(filterRows, { field, row, needle: NEEDLE, last: filteredFrames - 1 });
}

interface FilterTask {
  /** Selectors; of the fields, the last is meant. */
  readonly field: string;
  readonly row: string;
  readonly needle: string;
  /** Number of the last frame, which must be on the screen before. */
  readonly last: number;
}

/** Runs in the document with the rows: types the needle, waits until nothing but rows with it is drawn, and empties the field. */
async function filterRows({ field, row, needle, last }: FilterTask): Promise<number> {
  const all = (selector: string, root: ParentNode = document): readonly HTMLElement[] => [
    ...root.querySelectorAll<HTMLElement>(selector),
    // DevTools are made of shadow trees.
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? all(selector, shadowRoot) : [])),
  ];
  const until = async (isDone: () => boolean) => {
    const startedMs = performance.now();
    while (!isDone()) {
      if (performance.now() - startedMs > 60_000) throw new Error(`Waited for ${needle} in ${row}.`);
      await new Promise(requestAnimationFrame);
    }
    return performance.now() - startedMs;
  };
  const type = (text: string) => {
    const element = all(field).at(-1);
    if (element instanceof HTMLInputElement) element.value = text;
    else if (element) element.textContent = text;
    element?.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };
  const texts = () => all(row).map(({ textContent }) => textContent ?? '');
  const lastNumber = String(last).padStart(10, '0');
  await until(() => texts().some((text) => text.includes(lastNumber)));
  type(needle);
  const passedMs = await until(() => {
    const shown = texts();
    return shown.length > 0 && shown.every((text) => text.includes(needle));
  });
  type('');
  await until(() => texts().some((text) => !text.includes(needle)));
  return passedMs;
}

/** What is used of the front-end's own modules. */
interface FrontEnd {
  readonly NetworkLog: {
    readonly NetworkLog: {
      instance(): { requests(): readonly { url(): string; resourceType(): { name(): string } }[] };
    };
  };
  readonly NetworkPanel: {
    readonly NetworkPanel: { instance(): { selectAndActivateRequest(request: object, tab: string): Promise<unknown> } };
  };
}

/** Runs in DevTools: the connection of the group in the Network panel, its Messages tab in front. */
async function selectInMessages(group: string): Promise<boolean> {
  const bundled = 'devtools://devtools/bundled';
  const { NetworkLog } = (await import(`${bundled}/models/logs/logs.js`)) as FrontEnd;
  const { NetworkPanel } = (await import(`${bundled}/panels/network/network.js`)) as FrontEnd;
  const request = NetworkLog.NetworkLog.instance()
    .requests()
    .find((one) => one.resourceType().name() === 'websocket' && one.url().endsWith(`group=${group}`));
  if (!request) return false;
  await NetworkPanel.NetworkPanel.instance().selectAndActivateRequest(request, 'web-socket-frames');
  return true;
}

/** Runs in the panel: the newest connection, which is the group's. */
function selectInPanel(group: string): boolean {
  const rows = [...document.querySelectorAll('.grid [role="row"][aria-selected]:not(.is-group)')];
  const ours = rows.find(({ innerHTML }) => innerHTML.includes(`group=${group}`));
  ours?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
  return ours !== undefined && document.querySelector('.frames .grid') !== null;
}
