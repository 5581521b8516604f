/**
 * Finds the browsers that are installed on this machine. Only looks, never installs (see `install.ts`), so that a test
 * may ask "is there a Firefox?" at no cost.
 */

import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { BrowserKind } from './browser.ts';

/** What the search depends on; a parameter, so that every platform can be tested on any. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isExecutable: (path: string) => boolean;
}

/** Names the executable to be used, before everything else. */
export const OVERRIDE_VARIABLES: Readonly<Record<BrowserKind, string>> = {
  chromium: 'SOCKETSCOPE_CHROMIUM',
  firefox: 'SOCKETSCOPE_FIREFOX',
};

/**
 * Command names looked up in PATH, best first. Chrome and Edge come last: since version 137 branded Chrome ignores
 * `--load-extension`, so they serve only for tests that need no extension.
 */
const COMMANDS: Readonly<Record<BrowserKind, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'],
  firefox: ['firefox-esr', 'firefox', 'firefox-developer-edition'],
};

/** Usual places that are not in PATH, best first. `%NAME%` stands for an environment variable. */
const PLACES: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<BrowserKind, readonly string[]>>>>> = {
  linux: {
    chromium: ['/usr/bin/chromium', '/usr/lib/chromium/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome'],
    firefox: ['/usr/bin/firefox-esr', '/usr/lib/firefox-esr/firefox-esr', '/snap/bin/firefox', '/opt/firefox/firefox'],
  },
  darwin: {
    chromium: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ],
    firefox: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      '/Applications/Firefox Developer Edition.app/Contents/MacOS/firefox',
    ],
  },
  win32: {
    chromium: [
      '%LOCALAPPDATA%\\Chromium\\Application\\chrome.exe',
      '%PROGRAMFILES%\\Chromium\\Application\\chrome.exe',
      '%PROGRAMFILES%\\Google\\Chrome\\Application\\chrome.exe',
      '%PROGRAMFILES(X86)%\\Google\\Chrome\\Application\\chrome.exe',
      '%LOCALAPPDATA%\\Google\\Chrome\\Application\\chrome.exe',
      '%PROGRAMFILES(X86)%\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
    firefox: [
      '%PROGRAMFILES%\\Mozilla Firefox\\firefox.exe',
      '%PROGRAMFILES%\\Firefox Developer Edition\\firefox.exe',
      '%PROGRAMFILES(X86)%\\Mozilla Firefox\\firefox.exe',
    ],
  },
};

/** This machine, as it is. */
export function thisMachine(): Machine {
  return { platform: process.platform, env: process.env, isExecutable };
}

/**
 * Path of the browser's executable, or null when there is none. Throws when the override variable names a file that
 * cannot be run: a typing error there must not silently select another browser.
 */
export function findBrowser(kind: BrowserKind, machine: Machine = thisMachine()): string | null {
  const variable = OVERRIDE_VARIABLES[kind];
  const override = machine.env[variable];
  if (override) {
    if (!machine.isExecutable(override)) {
      throw new Error(`${variable}=${override}: there is no program that can be run at this path.`);
    }
    return override;
  }
  return candidatePaths(kind, machine).find(machine.isExecutable) ?? null;
}

/** Every path at which the browser is looked for, in order. */
export function candidatePaths(kind: BrowserKind, { platform, env }: Machine): readonly string[] {
  return [...pathCandidates(kind, platform, env), ...placeCandidates(kind, platform, env)];
}

function pathCandidates(kind: BrowserKind, platform: NodeJS.Platform, env: Machine['env']): readonly string[] {
  const { join, delimiter } = platform === 'win32' ? win32 : posix;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const suffix = platform === 'win32' ? '.exe' : '';
  return COMMANDS[kind].flatMap((command) => folders.map((folder) => join(folder, command + suffix)));
}

function placeCandidates(kind: BrowserKind, platform: NodeJS.Platform, env: Machine['env']): readonly string[] {
  return (PLACES[platform]?.[kind] ?? []).flatMap((place) => {
    const variable = /^%(.+?)%/.exec(place)?.[1];
    if (variable === undefined) {
      return [place];
    }
    const value = env[variable] ?? env[variable.toLowerCase()];
    return value === undefined ? [] : [place.replace(`%${variable}%`, () => value)];
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
