/**
 * For the drivers' tests: a program that launches a browser and then ends without closing it. `abandon.ts KIND error`
 * throws; `abandon.ts KIND wait` says "ready" and stays until a signal ends it.
 */

import type { BrowserKind } from './browser.ts';
import { launchBrowser } from './launch.ts';

async function main(kind: BrowserKind, way: string): Promise<void> {
  const browser = await launchBrowser(kind);
  await browser.newTab('data:text/html,abandoned');
  if (way === 'error') {
    throw new Error('abandoned');
  }
  process.stdout.write('ready\n');
  await browser.ended;
}

const [kind, way = ''] = process.argv.slice(2);
await main(kind as BrowserKind, way);
