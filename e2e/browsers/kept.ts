/**
 * What all files of tests of a layer share: a browser costs more to start than ten tests cost to run. For layers whose files
 * run one after the other in one worker (`isolate: false`); `kept-environment.ts` ends it all with the worker.
 */
import type { Browser, BrowserKind, LaunchOptions, Tab } from './browser.ts';
import { launchBrowser } from './launch.ts';

/** Something with an end. */
export interface Kept {
  close(): Promise<void>;
}

interface Slots {
  readonly [KEPT]?: Map<string, Promise<Kept>>;
}

/** On the global object: vitest loads an environment apart from the tests, as modules of its own. */
const KEPT = Symbol.for('socketscope.kept');

function slots(): Map<string, Promise<Kept>> {
  const holder: { [KEPT]?: Map<string, Promise<Kept>> } = globalThis as Slots;
  holder[KEPT] ??= new Map();
  return holder[KEPT];
}

/** What `start` gave when this name was first asked for. A start that failed is tried again by the next who asks. */
export function keep<Thing extends Kept>(name: string, start: () => Promise<Thing>): Promise<Thing> {
  const all = slots();
  // One name is one kind of thing: that of its `start`.
  const known = all.get(name) as Promise<Thing> | undefined;
  if (known !== undefined) return known;
  const started = start();
  all.set(name, started);
  started.catch(() => all.delete(name));
  return started;
}

/** A browser launched with these options, or the one that runs already; a new one when that has ended. */
async function keepBrowser(kind: BrowserKind, options: LaunchOptions = {}): Promise<Browser> {
  const name = `${kind} ${JSON.stringify(options)}`;
  return keep(name, async () => {
    const browser = await launchBrowser(kind, options);
    void browser.ended.then(() => slots().delete(name));
    return browser;
  });
}

/** One tab of that browser, the same for all. */
export async function keepTab(kind: BrowserKind, options: LaunchOptions = {}): Promise<Tab> {
  const browser = await keepBrowser(kind, options);
  let tab = tabs.get(browser);
  if (tab === undefined) {
    tab = browser.newTab();
    tabs.set(browser, tab);
  }
  return tab;
}

const tabs = new WeakMap<Browser, Promise<Tab>>();

/** Closes all of it. */
export async function closeKept(): Promise<void> {
  const all = [...slots().values()];
  slots().clear();
  await Promise.allSettled(all.map(async (started) => (await started).close()));
}
