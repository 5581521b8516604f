/**
 * Imports go one way. The rules are data: for every folder of src, which other folders it may import, and which packages.
 * What is not listed is forbidden; `WHY` tells the reason in the failure.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));

interface Rule {
  /** Folders of src that may be imported, besides the folder itself. */
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly why: string;
}

const PURE = 'it is pure: it decides from data and can be tested without a browser, a database or a screen';

const RULES: Readonly<Record<string, Rule>> = {
  protocol: { folders: [], packages: [], why: 'every world imports it, so it may drag nothing along' },
  words: {
    folders: [],
    packages: [],
    why: 'everything that speaks imports it: it looks words up and does nothing else',
  },
  page: { folders: ['protocol'], packages: [], why: "it runs in the page's own world, in every frame of every page" },
  content: { folders: ['protocol'], packages: [], why: 'it is loaded into every frame of every page' },
  browser: {
    folders: [],
    packages: ['webextension-polyfill'],
    why: 'it is the thin edge to the browser and nothing else',
  },
  store: { folders: ['protocol'], packages: ['idb'], why: 'background and panel both use it; it knows neither' },
  analysis: {
    folders: ['protocol', 'decoders', 'words'],
    packages: [],
    why: `${PURE}; what frames mean depends on their protocol, which the decoders alone know`,
  },
  faults: { folders: ['protocol', 'words'], packages: [], why: PURE },
  decoders: { folders: ['protocol', 'words'], packages: [], why: PURE },
  'decoders/payloads': {
    folders: ['protocol', 'decoders'],
    packages: [
      '@microsoft/signalr',
      '@microsoft/signalr-protocol-msgpack',
      '@stomp/stompjs',
      'buffer',
      'engine.io-parser',
      'graphql-ws',
      'mqtt-packet',
      'phoenix',
      'protocol-buffers-schema',
      'socket.io-parser',
    ],
    why: "it is the thin edge to the protocols' own parsers, each loaded when a payload first needs it",
  },
  validation: {
    folders: [],
    packages: ['@cfworker/json-schema'],
    why: 'it is the thin edge to the library, loaded only where somebody has given a schema',
  },
  report: { folders: ['protocol', 'analysis', 'faults', 'decoders', 'words'], packages: [], why: PURE },
  ci: {
    folders: ['protocol', 'analysis', 'faults', 'report', 'words'],
    packages: [
      '@playwright/test',
      'node:crypto',
      'node:fs',
      'node:os',
      'node:path',
      'node:url',
      'node:util',
      'node:v8',
    ],
    why: 'it runs in Node, in projects that have neither our panel nor our database',
  },
  background: {
    folders: ['protocol', 'browser', 'store', 'analysis', 'faults'],
    packages: [],
    why: 'it serves the panel and must not know it',
  },
  devtools: { folders: ['protocol', 'browser'], packages: [], why: 'it only creates the panel' },
  panel: {
    folders: ['protocol', 'browser', 'store', 'analysis', 'faults', 'decoders', 'report', 'validation', 'words'],
    packages: ['preact', '@preact/signals', 'uplot', 'json-p3', 'diff'],
    why: 'it speaks to the page through the background alone',
  },
  'panel/models': {
    folders: ['protocol', 'analysis', 'faults', 'decoders', 'words'],
    packages: [],
    why: `${PURE}; views and state build on it`,
  },
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.(ts|tsx)$/.test(name) && !/\.test\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Static imports, re-exports and dynamic imports with a literal. */
function importsOf(source: string): readonly string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The most specific rule for a path below src. */
function ruleNameOf(path: string): string | undefined {
  const names = Object.keys(RULES).sort((a, b) => b.length - a.length);
  return names.find((name) => path.startsWith(`${name}/`));
}

/** Why this import is forbidden, or null. */
function violation({ file, specifier }: Import): string | null {
  const from = ruleNameOf(file);
  const rule = from === undefined ? undefined : RULES[from];
  if (from === undefined || rule === undefined)
    return `${file}: src has no such folder in the rules; add it to architecture.test.ts`;
  if (!specifier.startsWith('.')) {
    const allowed = rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return allowed ? null : `${file} imports the package '${specifier}': src/${from} may not, because ${rule.why}`;
  }
  const target = relative('.', join(dirname(file), specifier.replace(/\?.*$/, '')));
  // `words`: types of the keys alone, a bundle never holds it. `ci` has nobody to fetch it from.
  if ((from === 'words' || from === 'ci') && target === '../public/_locales/en/messages.json') return null;
  const to = ruleNameOf(target);
  const inside = to === from || (to !== undefined && rule.folders.includes(to.split('/')[0] ?? ''));
  // models may be used by the rest of the panel, not the other way round
  const upwards = from === 'panel/models' && to === 'panel';
  const panelInside = from === 'panel' && to === 'panel/models';
  return (inside || panelInside) && !upwards
    ? null
    : `${file} imports ${target}: src/${from} may not, because ${rule.why}`;
}

describe('imports go one way', () => {
  const imports = sourceFiles(SRC).flatMap((path) =>
    importsOf(readFileSync(path, 'utf8')).map((specifier) => ({ file: relative(SRC, resolve(path)), specifier })),
  );

  it('finds the imports of the sources', () => {
    expect(imports.length).toBeGreaterThan(10);
  });

  it('has no forbidden edge', () => {
    expect(imports.map(violation).filter((found) => found !== null)).toEqual([]);
  });

  it.each([
    { file: 'page/hook.ts', specifier: '../store/writer.ts' },
    { file: 'page/hook.ts', specifier: 'webextension-polyfill' },
    { file: 'protocol/relay.ts', specifier: '../page/ring.ts' },
    { file: 'panel/models/rows.ts', specifier: 'preact' },
    { file: 'panel/models/rows.ts', specifier: '../views/Grid.tsx' },
    { file: 'panel/views/Grid.tsx', specifier: 'webextension-polyfill' },
    { file: 'store/writer.ts', specifier: '../panel/main.tsx' },
    { file: 'analysis/closes.ts', specifier: '../store/reader.ts' },
    { file: 'analysis/digest/digester.ts', specifier: '../../validation/json-schema.ts' },
    { file: 'decoders/mqtt.ts', specifier: '../analysis/shape.ts' },
    { file: 'unheard-of/x.ts', specifier: './y.ts' },
  ])('would refuse $specifier in $file', (edge) => {
    expect(violation(edge)).not.toBeNull();
  });

  it.each([
    { file: 'panel/views/Grid.tsx', specifier: '../models/rows.ts' },
    { file: 'panel/main.tsx', specifier: '@preact/signals' },
    { file: 'content/content.iife.ts', specifier: '../protocol/relay.ts' },
  ])('allows $specifier in $file', (edge) => {
    expect(violation(edge)).toBeNull();
  });

  it('sees every form of import', () => {
    const source =
      "import a from './a.ts';\nimport {\n  b,\n} from './b.ts';\nexport { c } from './c.ts';\nimport './d.ts';\nawait import('./e.ts');";
    expect(importsOf(source)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
  });
});
