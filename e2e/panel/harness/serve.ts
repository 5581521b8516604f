/** Bundles the harness with vite, in memory, and serves it on loopback. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface HarnessServer {
  /** Address of the page. */
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

export async function serveHarness(): Promise<HarnessServer> {
  bundled ??= bundle();
  const files = await bundled;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = files.get(path === '/' ? '/index.html' : path);
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader('content-type', `${TYPES[path.split('.').at(-1) ?? ''] ?? 'text/html'}; charset=utf-8`);
    // The same as in the extension, so that what it forbids fails here, too.
    response.setHeader('content-security-policy', "script-src 'self'; object-src 'none'; base-uri 'none'");
    // All but the page itself is named by its content.
    if (path.startsWith('/assets/')) response.setHeader('cache-control', 'max-age=3600, immutable');
    response.end(file ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Once for all that ask in one process. */
let bundled: Promise<ReadonlyMap<string, string | Uint8Array>> | null = null;

/** Files by URL path. */
async function bundle(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    publicDir: false,
    logLevel: 'warn',
    worker: { format: 'es' },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { write: false, target: 'es2023', minify: true, modulePreload: { polyfill: false } },
  });
  if (Array.isArray(result) || !('output' in result)) throw new Error('vite gave no single bundle of the harness');
  return new Map<string, string | Uint8Array>([
    ...result.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source] as const),
    ['/assets/axe.js', readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'))],
  ]);
}
