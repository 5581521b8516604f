/** Bundles the scripts of the test pages in memory: the hook minified as it is shipped, the rest readable. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { shrinkPageScript } from '../cli/page-script.ts';

/** A file below the repo's root → one self-contained IIFE. */
export async function bundleScript(path: string, options: { readonly minify?: boolean } = {}): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      minify: options.minify === true,
      lib: { entry: fileURLToPath(new URL(`../../${path}`, import.meta.url)), formats: ['iife'], name: 'unused' },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error(`vite gave no bundle of ${path}`);
  const { code } = output.output[0];
  return options.minify === true ? shrinkPageScript(code) : code;
}
