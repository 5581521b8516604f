/**
 * Bundles the lab's page with vite, in memory: no file is written, so that several labs can start at once, and the page
 * needs no network. Built when first asked for; tests that use the plain test pages never pay for it.
 */
import { fileURLToPath } from 'node:url';

/** Files by URL path, '/' being the page. */
export type PageFiles = ReadonlyMap<string, string | Uint8Array>;

const ROOT = fileURLToPath(new URL('./page', import.meta.url));

/** Bundles the page, or another folder with an index.html. Rejects with vite's message when it cannot. */
export async function buildPage(root: string = ROOT): Promise<PageFiles> {
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    root,
    base: '/',
    publicDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      // Readable stacks matter more here than size: Socketscope shows where a socket was made.
      minify: false,
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { output: { entryFileNames: 'assets/[name].js', assetFileNames: 'assets/[name][extname]' } },
    },
  });
  if (Array.isArray(result) || !('output' in result)) throw new Error('vite gave no single bundle for the lab page');
  const files = result.output.map((file): [string, string | Uint8Array] => [
    file.fileName === 'index.html' ? '/' : `/${file.fileName}`,
    file.type === 'chunk' ? file.code : file.source,
  ]);
  return new Map(files);
}
