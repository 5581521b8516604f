/** Builds what runs in Node in other people's projects: dist/node, one file an entry, with its types. */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { PROGRAMS, ROOT, runScript } from './run.ts';

export const NODE_DIST = join(ROOT, 'dist', 'node');

const TYPES = join(NODE_DIST, 'types');
const ENTRIES = { cli: 'src/ci/cli.ts', playwright: 'src/ci/playwright.ts' } as const;

/** Rejects with what vite or TypeScript say. */
export async function buildNode(): Promise<void> {
  rmSync(NODE_DIST, { recursive: true, force: true });
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    // Everything but Node itself is in the files: whoever installs the package needs nothing else.
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: NODE_DIST,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(ROOT, file)])),
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
      },
    },
  });
  chmodSync(join(NODE_DIST, 'cli.js'), 0o755);
  const { code, output } = await runScript(
    PROGRAMS.tsc,
    [
      ...['--declaration', '--emitDeclarationOnly', '--allowImportingTsExtensions', '--noEmit', 'false'],
      ...['--target', 'es2023', '--module', 'esnext', '--moduleResolution', 'bundler', '--strict', '--skipLibCheck'],
      ...['--resolveJsonModule', '--types', 'node,vite/client', '--lib', 'es2023,dom,dom.iterable'],
      ...['--jsx', 'react-jsx', '--jsxImportSource', 'preact', '--rootDir', '.', '--ignoreConfig'],
      ...['--outDir', TYPES, ENTRIES.playwright],
    ],
    { output: 'keep' },
  );
  if (code !== 0) throw new Error(`the types of dist/node could not be made:\n${output}`);
  for (const file of readdirSync(TYPES, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts')) nameEmitted(join(TYPES, file));
  }
}

/** Declarations name the sources that they were made of; outside there are only the declarations. */
function nameEmitted(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"]\.{1,2}\/[^'"]+)\.tsx?(['"])/g, '$1.js$2'));
}
