/**
 * `npm run screens`: pictures of every main view of the panel, in each browser, light and dark, at three widths, for people
 * to look at: artifacts/screens/<view>/<browser>-<theme>-<width>.png. `-- --only frames,detail` for some of the views,
 * `--browser NAME`, `--width N`, `--theme NAME` for one of each; `--theme contrast` is high contrast.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from '../browsers/install.ts';
import { BROWSER_KINDS, launchBrowser } from '../browsers/launch.ts';
import { type HarnessServer, serveHarness } from '../panel/harness/serve.ts';
import { MAIN_VIEWS, type MainView } from '../panel/views.ts';
import { fail, ROOT, say } from './run.ts';

const THEMES = ['light', 'dark', 'contrast'] as const;
/** What is pictured unless a theme is named. High contrast is a browser of its own. */
const USUAL_THEMES: readonly string[] = ['light', 'dark'];
/** Docked to the right, docked to the bottom, a screen of its own. */
const WIDTHS_PX = [360, 900, 1600] as const;
const HEIGHT_PX = 800;
/** No browser has narrower windows; the page in it has. */
const MIN_WINDOW_PX = 600;

interface Choice {
  readonly views: readonly MainView[];
  readonly kinds: readonly (typeof BROWSER_KINDS)[number][];
  readonly themes: readonly string[];
  readonly widthsPx: readonly number[];
}

const choice = readArguments();
const folder = join(ROOT, 'artifacts', 'screens');
const server = await serveHarness();
let count = 0;
try {
  for (const kind of choice.kinds) {
    ensureBrowser(kind, say);
    for (const widthPx of choice.widthsPx) await takeAll(kind, widthPx, server);
  }
  say(`${count} pictures in ${folder}`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
} finally {
  await server.close();
}

/** A browser of its own for each width: what depends on it is laid out by the browser, not by us. */
async function takeAll(kind: Choice['kinds'][number], widthPx: number, { url }: HarnessServer): Promise<void> {
  const forcedColors = choice.themes.includes('contrast');
  const browser = await launchBrowser(kind, {
    width: Math.max(widthPx, MIN_WINDOW_PX),
    height: HEIGHT_PX,
    forcedColors,
  });
  try {
    const tab = await browser.newTab();
    await tab.resize(widthPx, HEIGHT_PX);
    for (const { name, scene, open } of choice.views) {
      mkdirSync(join(folder, name), { recursive: true });
      for (const theme of choice.themes) {
        await tab.goto(`${url}?${scene}&theme=${theme}`);
        await tab.waitFor(() => document.querySelector('.status-recording'));
        await open(tab);
        await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await tab.screenshot(join(folder, name, `${kind}-${theme}-${widthPx}.png`));
        count++;
      }
    }
  } finally {
    await browser.close();
  }
}

function readArguments(): Choice {
  const names = MAIN_VIEWS.map(({ name }) => name);
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        browser: { type: 'string' },
        width: { type: 'string' },
        theme: { type: 'string' },
      },
    });
    const wanted = values.only?.split(',') ?? names;
    const unknown = wanted.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`There is no view '${unknown}'. There are: ${names.join(', ')}.`);
    const widthsPx = values.width === undefined ? WIDTHS_PX : [Number(values.width)];
    if (widthsPx.some((px) => !(px >= 200 && px <= 4_000))) throw new Error('--width wants a number from 200 to 4000.');
    return {
      views: MAIN_VIEWS.filter(({ name }) => wanted.includes(name)),
      kinds: among('browser', BROWSER_KINDS, values.browser),
      themes: values.theme === undefined ? USUAL_THEMES : among('theme', THEMES, values.theme),
      widthsPx,
    };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function among<Name extends string>(
  option: string,
  names: readonly Name[],
  wanted: string | undefined,
): readonly Name[] {
  const chosen = names.filter((name) => wanted === undefined || name === wanted);
  if (chosen.length === 0) throw new Error(`--${option} wants one of: ${names.join(', ')}.`);
  return chosen;
}
