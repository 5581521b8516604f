/**
 * Makes sure that a browser is there: finds it, or installs it from the distribution's packages where that is possible
 * without asking anybody (root on Debian or Ubuntu). Everywhere else the error holds the command to run.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { BrowserKind } from './browser.ts';
import { findBrowser } from './find.ts';

/** What decides how a browser is installed; a parameter, so that it can be tested anywhere. */
export interface System {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Text of /etc/os-release, empty where there is none. */
  readonly osRelease: string;
}

export interface InstallPlan {
  /** Commands in order, each as its words. */
  readonly commands: readonly (readonly string[])[];
  /** Whether they may be run without asking. False: they are for the user to read. */
  readonly automatic: boolean;
}

/** Fonts: without an emoji font and a decent mono font, screenshots of payloads are full of boxes. */
const FONT_PACKAGES = ['fonts-dejavu', 'fonts-noto-color-emoji'] as const;

/** Ubuntu's `chromium` and `firefox` packages are wrappers that install snaps, which need a running snapd. */
const APT_PACKAGES: Readonly<Record<BrowserKind, Readonly<Record<'debian' | 'ubuntu', string>>>> = {
  chromium: { debian: 'chromium', ubuntu: 'chromium-browser' },
  firefox: { debian: 'firefox-esr', ubuntu: 'firefox' },
};

const HOMEBREW_CASKS: Readonly<Record<BrowserKind, string>> = { chromium: 'chromium', firefox: 'firefox' };
const WINGET_IDS: Readonly<Record<BrowserKind, string>> = {
  chromium: 'Hibbiki.Chromium',
  firefox: 'Mozilla.Firefox.ESR',
};

/** How the browser would be installed on the system, or null when no command is known for it. */
export function planInstall(kind: BrowserKind, system: System): InstallPlan | null {
  const distribution = aptDistribution(system);
  if (distribution !== null) {
    const sudo = system.isRoot ? [] : ['sudo'];
    const packages = [APT_PACKAGES[kind][distribution], ...FONT_PACKAGES];
    return {
      commands: [
        [...sudo, 'apt-get', 'update'],
        [...sudo, 'apt-get', 'install', '-y', '--no-install-recommends', ...packages],
      ],
      automatic: system.isRoot,
    };
  }
  if (system.platform === 'darwin') {
    return { commands: [['brew', 'install', '--cask', HOMEBREW_CASKS[kind]]], automatic: false };
  }
  if (system.platform === 'win32') {
    return { commands: [['winget', 'install', '--id', WINGET_IDS[kind]]], automatic: false };
  }
  return null;
}

function aptDistribution({ platform, osRelease }: System): 'debian' | 'ubuntu' | null {
  if (platform !== 'linux') {
    return null;
  }
  const ids = [...osRelease.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  return ids.includes('ubuntu') ? 'ubuntu' : ids.includes('debian') ? 'debian' : null;
}

/** Says that a browser is missing, and which command installs it. */
export function missingMessage(kind: BrowserKind, system: System): string {
  const plan = planInstall(kind, system);
  const name = kind === 'chromium' ? 'Chromium' : 'Firefox';
  const override = kind === 'chromium' ? 'SOCKETSCOPE_CHROMIUM' : 'SOCKETSCOPE_FIREFOX';
  const advice = plan
    ? `Install it with:\n\n    ${plan.commands.map((words) => words.join(' ')).join(' && ')}\n\n`
    : 'Install it with the package manager of this system, ';
  return `${name} was not found. ${advice}or name its executable in the environment variable ${override}.`;
}

/**
 * Path of the browser's executable; installs it first where `planInstall` allows that. `say` is told before anything is
 * installed. Throws with `missingMessage` when it is not there and cannot be installed.
 */
export function ensureBrowser(kind: BrowserKind, say: (line: string) => void): string {
  const found = findBrowser(kind);
  if (found !== null) {
    return found;
  }
  const system = thisSystem();
  const plan = planInstall(kind, system);
  if (plan?.automatic) {
    for (const [command, ...args] of plan.commands) {
      say(`$ ${[command, ...args].join(' ')}`);
      runToEnd(command ?? '', args);
    }
    const installed = findBrowser(kind);
    if (installed !== null && canRun(installed)) {
      return installed;
    }
  }
  throw new Error(missingMessage(kind, system));
}

/** Ubuntu's packages install well in a container, and then say that they need snapd. */
function canRun(executable: string): boolean {
  return spawnSync(executable, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

function runToEnd(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, {
    // apt asks nothing, and its progress does not disturb our output; its complaints are shown.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.error || result.status !== 0) {
    throw new Error(
      `"${[command, ...args].join(' ')}" failed: ${result.error?.message ?? `exit code ${result.status}`}`,
    );
  }
}

function thisSystem(): System {
  return { platform: process.platform, isRoot: process.getuid?.() === 0, osRelease: readOsRelease() };
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
