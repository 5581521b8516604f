/** Calls `firefox-remote.js` inside Firefox. */

import { readFileSync } from 'node:fs';
import type { Marionette } from './marionette.ts';
import { WAIT_TIMEOUT_MS } from './wait.ts';

/** A realm inside Firefox; the number is the tab's browserId. */
export type Target = { readonly tab: number } | { readonly panel: number } | { readonly background: true };

/** In CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The commands of `firefox-remote.js`, with what they take and give. */
interface RemoteCommands {
  newTab(reuseFirst: boolean): number;
  goto(browserId: number, url: string): void;
  reload(browserId: number): void;
  /** Waits until the document is complete, unseen by its page. */
  loaded(browserId: number): void;
  resize(browserId: number, widthPx: number, heightPx: number): void;
  closeTab(browserId: number): void;
  extensionTabId(browserId: number): number;
  evaluate(target: Target, source: string): unknown;
  focus(target: Target): void;
  /** Null while the point is not visible in the browser window. */
  pointInWindow(target: Target, point: Point): Point | null;
  /** Base64 of a PNG. */
  snapshot(target: Target): string;
  openPanel(browserId: number, theme: 'light' | 'dark', heightPx: number): void;
  closeDevtools(browserId: number): void;
  /** Gives the extension's origin. */
  useExtension(addonId: string): string;
  reloadExtension(): void;
  startBackground(): void;
  killBackground(): void;
  setOffline(on: boolean): void;
}

export interface Remote {
  call<Name extends keyof RemoteCommands>(
    name: Name,
    ...args: Parameters<RemoteCommands[Name]>
  ): Promise<ReturnType<RemoteCommands[Name]>>;
}

interface RemoteAnswer {
  readonly value?: unknown;
  readonly error?: string;
  readonly lines: readonly (readonly [browserId: number, line: string])[];
}

const SCRIPT_TIMEOUT_MS = 180_000;

/**
 * Prepares the session: from here on everything runs with the rights of the browser. `onConsoleLine` is told what pages
 * say on their consoles, before the call that brought it resolves.
 */
export async function createRemote(
  marionette: Marionette,
  onConsoleLine: (browserId: number, line: string) => void,
): Promise<Remote> {
  await marionette.send('WebDriver:SetTimeouts', { script: SCRIPT_TIMEOUT_MS });
  await marionette.send('Marionette:SetContext', { value: 'chrome' });

  /**
   * Awaits the promise that the script returns. (ExecuteAsyncScript hands out a callback instead, one for all scripts that
   * run at the same time: they would answer for each other.)
   */
  async function run(script: string, args: readonly unknown[]): Promise<unknown> {
    const parameters = { script, args, sandbox: 'system', newSandbox: false };
    return ((await marionette.send('WebDriver:ExecuteScript', parameters)) as { value: unknown }).value;
  }

  const library = readFileSync(new URL('firefox-remote.js', import.meta.url), 'utf8');
  await run(`const WAIT_TIMEOUT_MS = ${WAIT_TIMEOUT_MS};\n${library}`, []);
  return {
    async call(name, ...args) {
      const answer = await run('return socketscopeDriver(...arguments);', [name, args]);
      const { value, error, lines } = answer as RemoteAnswer;
      for (const [browserId, line] of lines) {
        onConsoleLine(browserId, line);
      }
      if (error !== undefined) {
        throw new Error(`${name} in Firefox: ${error}`);
      }
      return value as ReturnType<RemoteCommands[typeof name]>;
    },
  };
}
