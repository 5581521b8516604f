/**
 * Builds the unpacked extension: `TARGET=chrome|firefox vite build` → dist/chrome or dist/firefox. One manifest.json; the
 * Firefox variant is derived from it here.
 */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { crx } from '@crxjs/vite-plugin';
import { defineConfig, type Plugin } from 'vite';
import { shrinkPageScript } from './e2e/cli/page-script.ts';
import manifest from './manifest.json' with { type: 'json' };

const TARGETS = ['chrome', 'firefox'] as const;
type Target = (typeof TARGETS)[number];

function targetFromEnvironment(): Target {
  const wanted = process.env.TARGET ?? 'chrome';
  const target = TARGETS.find((name) => name === wanted);
  if (!target)
    throw new Error(`TARGET=${wanted} is not a browser that we build for; use one of: ${TARGETS.join(', ')}`);
  return target;
}

/**
 * Firefox runs the background as an event page, clones messages structurally without being asked, and knows its own
 * settings. https://extensionworkshop.com/documentation/develop/extensions-and-the-add-on-id/
 */
function manifestFor(target: Target): Record<string, unknown> {
  if (target === 'chrome') return manifest;
  const { minimum_chrome_version: _, message_serialization: __, background, ...shared } = manifest;
  return {
    ...shared,
    background: { scripts: [background.service_worker], type: 'module' },
    browser_specific_settings: {
      gecko: {
        id: '{6b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b}',
        // The first with data_collection_permissions on all platforms; MAIN-world content scripts came with 128.
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['none'] },
      },
    },
  };
}

/**
 * crxjs builds *.iife.ts content scripts apart from the main build, whose watcher therefore never hears of them: tell it
 * about every file that may end up inside.
 */
function watchContentScripts(): Plugin {
  return {
    name: 'socketscope:watch-content-scripts',
    buildStart() {
      if (!this.meta.watchMode) return;
      for (const folder of ['src/page', 'src/content', 'src/protocol']) {
        for (const file of readdirSync(folder)) {
          if (file.endsWith('.ts')) this.addWatchFile(resolve(folder, file));
        }
      }
    },
  };
}

const PAGE_SCRIPT = 'src/page/page.iife.js';

/**
 * A same-origin parent may have taken built-ins from a frame before its document is loaded: what the page script captures
 * at its top level is missing then, and only a `try` around all of it keeps that from the page. And V8 names scripts in
 * stacks: without a name of its own, errors that a page makes and reports would hold our file and the extension's id.
 */
function shieldPageScript(): Plugin {
  return {
    name: 'socketscope:shield-page-script',
    enforce: 'post',
    generateBundle(_, bundle) {
      const script = bundle[PAGE_SCRIPT];
      if (script?.type !== 'asset') throw new Error(`${PAGE_SCRIPT} was not built`);
      const source = shrinkPageScript(String(script.source));
      script.source = `try{${source.trim()}}catch{}\n//# sourceURL=<anonymous>\n`;
    },
  };
}

const target = targetFromEnvironment();

export default defineConfig({
  // Vite's own transformer; crxjs's sub-builds of content scripts take the same from tsconfig.json.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [
    watchContentScripts(),
    crx({ manifest: manifestFor(target) as never, browser: target }),
    shieldPageScript(),
  ],
  // The panel's worker loads parts of itself when it needs them.
  worker: { format: 'es' },
  build: {
    outDir: `dist/${target}`,
    emptyOutDir: true,
    target: 'es2023',
    // Neither is named in a manifest key: devtools.ts creates the panel, test runners open the other.
    rolldownOptions: { input: { panel: 'src/panel/panel.html', automation: 'src/panel/automation/automation.html' } },
    // No polyfill: both browsers know <link rel="modulepreload">, and it would be dead code in every page of ours.
    modulePreload: { polyfill: false },
  },
});
