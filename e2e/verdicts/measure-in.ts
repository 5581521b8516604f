/** Measures cases in a browser that is launched for them, some at a time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BrowserKind } from '../browsers/browser.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { answer } from '../lab/http.ts';
import { buildPage } from '../lab/page-bundle.ts';
import type { VerdictCase } from './cases.ts';
import { type Measurement, measure } from './measure.ts';

/** More would make the page late with its timers. */
const AT_ONCE = 6;

/** The extension must have been built. Tells after each group how many cases are done. */
export async function measureIn(
  kind: BrowserKind,
  cases: readonly VerdictCase[],
  tell: (done: number) => void = () => undefined,
): Promise<readonly Measurement[]> {
  const page = await servePage();
  const browser = await launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]) });
  try {
    const measurements: Measurement[] = [];
    for (let from = 0; from < cases.length; from += AT_ONCE) {
      measurements.push(...(await measure(browser, page.url, cases.slice(from, from + AT_ONCE))));
      tell(measurements.length);
    }
    return measurements;
  } finally {
    await browser.close();
    await page.close();
  }
}

async function servePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const files = await buildPage(fileURLToPath(new URL('./page', import.meta.url)));
  const http = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = files.get(path);
    if (file === undefined) answer(response, 404, 'none.txt', '');
    else answer(response, 200, path === '/' ? 'index.html' : path, file);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
