/** What is shipped, as files: dist/chrome and dist/firefox, built before this runs. Nothing here starts a browser. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

interface ContentScript {
  readonly js: readonly string[];
  readonly world?: string;
  readonly run_at?: string;
  readonly all_frames?: boolean;
  readonly match_about_blank?: boolean;
  readonly match_origin_as_fallback?: boolean;
  readonly matches: readonly string[];
}

interface Manifest {
  readonly version: string;
  readonly content_scripts: readonly ContentScript[];
  readonly permissions: readonly string[];
  readonly host_permissions: readonly string[];
  readonly background: Record<string, unknown>;
  readonly icons: Record<string, string>;
  readonly action: { readonly default_icon: Record<string, string> };
  readonly [key: string]: unknown;
}

const BUDGETS_BYTES = {
  /**
   * Runs in every frame of every page. 14 KiB of it observe; the rest executes faults, which must be there before a page
   * can spoil the built-ins that it needs. Until the first fault it is compiled lazily and costs one check for each frame.
   */
  page: 28 * 1024,
  /** 2 KiB of it tell of the document's surroundings, 1 KiB checks what the page is said to do itself. */
  content: 19 * 1024,
};
/** JavaScript that the panel loads at first, compressed. */
const PANEL_GZIP_BYTES = 100 * 1000;

function read(target: string, file: string): string {
  return readFileSync(join(ROOT, 'dist', target, file), 'utf8');
}

/** What the panel's page loads, what that imports, and the panel itself, which is loaded when there are words. */
function panelFiles(target: string): readonly string[] {
  const html = read(target, 'src/panel/panel.html');
  const found = new Set([...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map((match) => match[1] ?? ''));
  const [entry] = found;
  const start = /import\([`'"]\.\/(start-[^`'"]+\.js)[`'"]\)/.exec(read(target, entry ?? ''))?.[1];
  if (start === undefined) throw new Error(`${entry} does not load the panel`);
  found.add(`assets/${start}`);
  for (const file of found) {
    const imports = read(target, file).matchAll(/(?:\bfrom|\bimport)\s*[`'"]\.\/([^`'"]+\.js)[`'"]/g);
    for (const [, name] of imports) found.add(`assets/${name}`);
  }
  return [...found];
}

function explainedPermissions(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.split(/^## Permissions$/m)[1]?.split(/^## /m)[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '').sort();
}

describe.each(['chrome', 'firefox'])('dist/%s', (target) => {
  const manifest = JSON.parse(read(target, 'manifest.json')) as Manifest;
  const scripts = manifest.content_scripts.map((script) => ({ ...script, source: read(target, script.js[0] ?? '') }));

  it('has the two content scripts, ISOLATED before MAIN, so that its listener is there when the page hands over the port', () => {
    expect(scripts.map(({ js, world }) => [js.length, world ?? 'ISOLATED'])).toEqual([
      [1, 'ISOLATED'],
      [1, 'MAIN'],
    ]);
  });

  it.each(scripts)('$js is injected before every page script, into every kind of frame', (script) => {
    expect(script).toMatchObject({
      run_at: 'document_start',
      all_frames: true,
      match_about_blank: true,
      match_origin_as_fallback: true,
      matches: ['<all_urls>'],
    });
  });

  it.each(scripts)('$js is self-contained and synchronous', ({ source }) => {
    expect(source).not.toMatch(/\bimport\s*\(/);
    expect(source).not.toMatch(/(^|[;\n}])\s*(import|export)\s*[{*'"\w]/);
    // A script that is not a module may not await at its top level, and must not leave a global behind.
    expect(() => new Function(source)).not.toThrow();
    expect(source).not.toMatch(/^(var|let|const|function|class)\s/m);
  });

  it('keeps what fails in the page script from the page, and the name of its file out of stacks', () => {
    const page = scripts.find(({ world }) => world === 'MAIN')?.source ?? '';
    expect(page.startsWith('try{(function(){')).toBe(true);
    expect(page.endsWith('})();}catch{}\n//# sourceURL=<anonymous>\n')).toBe(true);
  });

  it('keeps to its size budgets', () => {
    const bytes = scripts.map(({ source }) => Buffer.byteLength(source));
    expect(bytes[0]).toBeLessThanOrEqual(BUDGETS_BYTES.content);
    expect(bytes[1]).toBeLessThanOrEqual(BUDGETS_BYTES.page);
  });

  it('loads little for the panel', () => {
    const files = panelFiles(target);
    expect(files.length).toBeGreaterThan(1);
    const bytes = files.reduce((sum, file) => sum + gzipSync(read(target, file)).length, 0);
    expect(bytes).toBeLessThanOrEqual(PANEL_GZIP_BYTES);
  });

  it('shows nothing to pages', () => {
    expect(manifest).not.toHaveProperty('web_accessible_resources');
    expect(manifest).not.toHaveProperty('externally_connectable');
  });

  it('asks for just the permissions that the README explains', () => {
    expect([...manifest.permissions, ...manifest.host_permissions].sort()).toEqual(explainedPermissions());
  });

  it('runs in no private window, where nobody could promise that nothing outlives it', () => {
    expect(manifest.incognito).toBe('not_allowed');
  });

  it('has a button that opens no popup, for its badge and its click', () => {
    const { default_icon: icons, ...action } = manifest.action;
    expect(action).toEqual({ default_title: manifest.name });
    expect(Object.values(icons).every((file) => existsSync(join(ROOT, 'dist', target, file)))).toBe(true);
  });

  it('names only files that are there', () => {
    const files = [...Object.values(manifest.icons), String(manifest.devtools_page), 'src/panel/panel.html'];
    expect(files.filter((file) => !existsSync(join(ROOT, 'dist', target, file)))).toEqual([]);
  });

  it('runs no code but its own', () => {
    const csp = (manifest.content_security_policy as { extension_pages: string }).extension_pages;
    expect(csp).toContain("script-src 'self'");
    expect(csp).not.toMatch(/unsafe|http/);
  });

  it('makes no code out of text', () => {
    const assets = readdirSync(join(ROOT, 'dist', target, 'assets')).filter((file) => file.endsWith('.js'));
    expect(assets.length).toBeGreaterThan(10);
    // As a method it is the browser's: `inspectedWindow.eval`.
    const made = /(?<![.\w$])(?:Function|eval)\s*\)?\s*\(/;
    expect(['new Function("")', '(0,eval)(text)', ';eval(text)'].every((code) => made.test(code))).toBe(true);
    expect(assets.filter((file) => made.test(read(target, `assets/${file}`)))).toEqual([]);
  });

  it('has the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(manifest.version).toBe(version);
  });
});

describe('what differs between the browsers', () => {
  const manifestOf = (target: string) => JSON.parse(read(target, 'manifest.json')) as Manifest;

  it('Chrome runs a service worker and clones messages structurally', () => {
    expect(manifestOf('chrome')).toMatchObject({
      message_serialization: 'structured_clone',
      minimum_chrome_version: '148',
      background: { type: 'module', service_worker: expect.any(String) },
    });
  });

  it('Firefox runs an event page, has an id, and says that it collects nothing', () => {
    const firefox = manifestOf('firefox');
    expect(firefox).toMatchObject({
      background: { type: 'module', scripts: [expect.any(String)] },
      browser_specific_settings: { gecko: { data_collection_permissions: { required: ['none'] } } },
    });
    expect(firefox).not.toHaveProperty('minimum_chrome_version');
    expect(firefox).not.toHaveProperty('message_serialization');
  });
});
