/**
 * `npm start`: the demo lab in a browser with the extension, DevTools open at the panel. `-- --firefox` for Firefox,
 * `-- --headless` to do without a display even where there is one, `-- --seconds N` for how long the headless demo runs.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserKind } from '../browsers/browser.ts';
import { ensureBrowser } from '../browsers/install.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { startLab } from '../lab/server.ts';
import { printDemo, runDemo } from './demo.ts';
import { hasDisplay } from './display.ts';
import { buildExtension, distOf, TARGET_OF } from './extension-build.ts';
import { endWithCtrlC, fail, ROOT, say } from './run.ts';

const DEFAULT_SECONDS = 6;

const { firefox, headless, seconds } = readArguments();
const kind: BrowserKind = firefox ? 'firefox' : 'chromium';
const target = TARGET_OF[kind];
/** Without a screen that could be too small: as much as a picture can hold. */
const height = headless ? 1300 : 1000;

try {
  say(`${kind}: ${ensureBrowser(kind, say)}`);
  say(`building dist/${target} …`);
  await buildExtension(target);
  const lab = await startLab();
  await lab.ready();
  say(`lab: ${lab.origin}`);
  const browser = await launchBrowser(kind, { extensionDir: distOf(target), headless, width: 1400, height });
  try {
    const tab = await browser.newTab(lab.origin);
    const panel = await browser.openPanel(tab);
    if (headless) {
      printDemo(await runDemo(tab, panel, (seconds * 1000) / 2));
      mkdirSync(join(ROOT, 'artifacts'), { recursive: true });
      const picture = join(ROOT, 'artifacts', `start-${kind}.png`);
      await panel.screenshot(picture);
      say(`screenshot  ${picture}`);
    } else {
      endWithCtrlC();
      say('The lab and the panel are open. Close the browser, or press Ctrl+C, to end.');
      await browser.ended;
    }
  } finally {
    await browser.close().catch(() => undefined);
    await lab.close();
  }
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function readArguments(): { firefox: boolean; headless: boolean; seconds: number } {
  try {
    const { values } = parseArgs({
      options: { firefox: { type: 'boolean' }, headless: { type: 'boolean' }, seconds: { type: 'string' } },
    });
    const wanted = values.seconds === undefined ? DEFAULT_SECONDS : Number(values.seconds);
    if (!(wanted > 0 && wanted <= 3600)) throw new Error('--seconds wants a number from 1 to 3600.');
    return { firefox: values.firefox === true, headless: values.headless === true || !hasDisplay(), seconds: wanted };
  } catch (error) {
    return fail(
      `${error instanceof Error ? error.message : error}\nUsage: npm start [-- --firefox] [--headless] [--seconds N]`,
    );
  }
}
