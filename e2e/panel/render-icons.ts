/**
 * Draws public/icons/{16,48,128}.png from socketscope.svg. Run it after changing the drawing:
 * `node --import tsx e2e/panel/render-icons.ts`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findBrowser } from '../browsers/find.ts';

const ICONS = resolve(dirname(fileURLToPath(import.meta.url)), '../../public/icons');
const SIZES_PX = [16, 48, 128];

const executablePath = findBrowser('chromium');
if (executablePath === null) throw new Error('Chromium was not found.');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
const svg = readFileSync(join(ICONS, 'socketscope.svg'), 'utf8');
for (const size of SIZES_PX) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await page.screenshot({ path: join(ICONS, `${size}.png`), omitBackground: true });
}
await browser.close();
