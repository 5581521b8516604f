/** A browser with the built extension beside the demo lab: what tests in real DevTools begin with. */
import type { Browser, BrowserKind } from '../browsers/browser.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { type Lab, startLab } from '../lab/server.ts';

export function startBrowserAndLab(kind: BrowserKind): Promise<[Browser, Lab]> {
  return Promise.all([
    launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]), width: 1400, height: 1000 }),
    startLab(),
  ]);
}
