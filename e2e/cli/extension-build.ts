/** Builds the unpacked extension for a browser. */
import { join } from 'node:path';
import type { BrowserKind } from '../browsers/browser.ts';
import { PROGRAMS, ROOT, runScript } from './run.ts';

export type Target = 'chrome' | 'firefox';
export const TARGETS: readonly Target[] = ['chrome', 'firefox'];

export const TARGET_OF: Readonly<Record<BrowserKind, Target>> = { chromium: 'chrome', firefox: 'firefox' };

/** Folder of the unpacked extension. */
export function distOf(target: Target): string {
  return join(ROOT, 'dist', target);
}

/** Rejects with vite's own output when the build fails; says nothing when it succeeds. */
export async function buildExtension(target: Target): Promise<void> {
  const { code, output } = await runScript(PROGRAMS.vite, ['build', '--logLevel', 'warn'], {
    env: { TARGET: target },
    output: 'keep',
  });
  if (code !== 0) throw new Error(`vite build for ${target} failed:\n${output}`);
}
