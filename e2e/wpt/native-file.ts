/**
 * Native results, kept in a file between runs: the browser without the extension does not change while one works on the
 * extension. Used again only with the same version of the browser and the same tree.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OptionError } from './options.ts';
import type { TestResult } from './results.ts';

/** What the results depend on. */
export interface NativeOrigin {
  readonly browserVersion: string;
  readonly tree: string;
}

interface Contents extends NativeOrigin {
  readonly results: readonly TestResult[];
}

/** Results of the file that are good for `origin`; none when there is no file, or of another browser or tree. */
export function readNativeFile(path: string, origin: NativeOrigin): readonly TestResult[] {
  if (!existsSync(path)) {
    return [];
  }
  const contents = parse(path);
  const same = contents.browserVersion === origin.browserVersion && contents.tree === origin.tree;
  return same ? contents.results : [];
}

/** Replaces the file. What the runner could not run is left out, so that it is tried again. */
export function writeNativeFile(path: string, origin: NativeOrigin, results: readonly TestResult[]): void {
  const contents: Contents = { ...origin, results: results.filter(({ harness }) => harness !== 'RUNNER-ERROR') };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(contents)}\n`);
}

function parse(path: string): Contents {
  try {
    const contents = JSON.parse(readFileSync(path, 'utf8')) as Partial<Contents>;
    if (Array.isArray(contents.results) && contents.browserVersion !== undefined && contents.tree !== undefined) {
      return { browserVersion: contents.browserVersion, tree: contents.tree, results: contents.results };
    }
  } catch {
    // Not JSON: the same mistake as JSON of another kind.
  }
  throw new OptionError(`--native ${path}: this file was not written by npm run wpt.`);
}
