/** Running other programs of the project, and saying how it went. */
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Path of a program that a dependency brings, as a script for this Node. */
export const PROGRAMS = {
  biome: join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
  tsc: join(ROOT, 'node_modules/typescript/bin/tsc'),
  vite: join(ROOT, 'node_modules/vite/bin/vite.js'),
  vitest: join(ROOT, 'node_modules/vitest/vitest.mjs'),
  webExt: join(ROOT, 'node_modules/web-ext/bin/web-ext.js'),
} as const;

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** 'inherit' shows the output as it comes; 'keep' gives it back. Default 'inherit'. */
  readonly output?: 'inherit' | 'keep';
}

export interface RunResult {
  readonly code: number;
  /** Standard output and error, in order; empty when it was shown. */
  readonly output: string;
}

/** Runs a Node script in the repo's root. Never rejects because of its exit code. */
export function runScript(
  script: string,
  args: readonly string[],
  { env, output = 'inherit' }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolveRun, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', output === 'keep' ? 'pipe' : 'inherit', output === 'keep' ? 'pipe' : 'inherit'],
    });
    let text = '';
    child.stdout?.on('data', (data: Buffer) => (text += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (text += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolveRun({ code: code ?? 1, output: text }));
  });
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Ends this process with the message, as the user's to act on: no stack. */
export function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** From now on Ctrl+C is the wanted end, not a failure. What a browser leaves is still removed: that is done at exit. */
export function endWithCtrlC(): void {
  process.prependOnceListener('SIGINT', () => process.exit(0));
}
