/**
 * A tiny extension with one piece of everything that the drivers must reach (content script, background, DevTools panel),
 * for the drivers' own tests: whether they work must not depend on whether Socketscope does.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One manifest for both: each browser takes its own kind of background and warns of the other. */
const MANIFEST = {
  manifest_version: 3,
  name: 'Driver fixture',
  version: '1',
  devtools_page: 'devtools.html',
  background: { service_worker: 'background.js', scripts: ['background.js'] },
  host_permissions: ['<all_urls>'],
  // As strict as Socketscope's own: the drivers must be able to evaluate in spite of it.
  content_security_policy: { extension_pages: "script-src 'self'; object-src 'none'" },
  browser_specific_settings: { gecko: { id: 'driver-fixture@socketscope.invalid' } },
  content_scripts: [{ js: ['content.js'], matches: ['<all_urls>'], run_at: 'document_start' }],
};

const FILES: Readonly<Record<string, string>> = {
  'manifest.json': JSON.stringify(MANIFEST),
  'content.js': "document.documentElement.dataset.contentScript = 'was here';",
  'background.js': `
    globalThis.bootId = crypto.randomUUID();
    chrome.runtime.onConnect.addListener((port) => port.postMessage(bootId));
  `,
  'devtools.html': '<!doctype html><script src="devtools.js"></script>',
  'devtools.js': "chrome.devtools.panels.create('Socketscope', '/icon.png', '/panel.html');",
  'panel.html': `<!doctype html><meta charset="utf-8"><title>Panel</title>
    <h1>Panel 😀</h1><button id="count">0</button><input id="text"><div style="height: 3000px"></div>
    <button id="below">0</button><script src="panel.js"></script>`,
  'panel.js': `
    document.body.dataset.theme = chrome.devtools.panels.themeName;
    document.body.dataset.tabId = chrome.devtools.inspectedWindow.tabId;
    document.addEventListener('click', ({ target, isTrusted }) => {
      if (target.localName === 'button' && isTrusted) target.textContent = Number(target.textContent) + 1;
    });
    document.addEventListener('keydown', ({ key, shiftKey, isTrusted }) => {
      if (isTrusted) document.body.dataset.key = (shiftKey ? 'shift ' : '') + key;
    });
    globalThis.boots = [];
    (function connect() {
      const port = chrome.runtime.connect();
      port.onMessage.addListener((bootId) => boots.push(bootId));
      port.onDisconnect.addListener(connect);
    })();
  `,
};

/** Writes the extension into a new folder inside `parent` and gives its path. */
export function writeFixtureExtension(parent: string): string {
  const folder = join(parent, 'extension');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(FILES)) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
