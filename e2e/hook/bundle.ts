/** Bundles the scripts of the test pages in memory: the hook minified as it is shipped, the rest readable. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { shrinkPageScript } from '../cli/page-script.ts';

const bundled = new Map<string, Promise<string>>();

/** A file below the repo's root → one self-contained IIFE. Bundled once in a process. */
export function bundleScript(path: string, { minify = false }: { readonly minify?: boolean } = {}): Promise<string> {
  const key = `${path} ${minify}`;
  const known = bundled.get(key);
  if (known !== undefined) return known;
  const bundling = bundle(path, minify);
  bundled.set(key, bundling);
  return bundling;
}

async function bundle(path: string, minify: boolean): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      minify,
      lib: { entry: fileURLToPath(new URL(`../../${path}`, import.meta.url)), formats: ['iife'], name: 'unused' },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error(`vite gave no bundle of ${path}`);
  const { code } = output.output[0];
  return minify ? shrinkPageScript(code) : code;
}
