/** Starts a Firefox process with a profile of its own that keeps it on this machine, and connects to its Marionette. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchOptions } from './browser.ts';
import { findBrowser } from './find.ts';
import { createTemporaryFolder, killProcess, onProcessEnd } from './leftovers.ts';
import { connectMarionette, type Marionette } from './marionette.ts';
import { waitUntil, withTimeout } from './wait.ts';

const START_TIMEOUT_MS = 60_000;
const QUIT_TIMEOUT_MS = 10_000;

export interface FirefoxProcess {
  readonly marionette: Marionette;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Kills it at once, with all its processes. */
  kill(): Promise<void>;
  /** Quits, or after ten seconds kills, and deletes the profile. */
  quit(): Promise<void>;
}

type Preferences = Readonly<Record<string, boolean | number | string>>;

const PREFERENCES: Preferences = {
  // 0: any free port, which is then written to MarionetteActivePort in the profile.
  'marionette.port': 0,

  // Firefox holds connects to a host back for a while after one has failed, which would blur every measured reconnect.
  'network.websocket.delay-failed-reconnects': false,

  // Nothing leaves the machine. The first one counts only with MOZ_REMOTE_SETTINGS_DEVTOOLS in the environment.
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.geoSpecificDefaults': false,
  'browser.region.network.url': '',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.server': 'data:,',

  // No first-run pages, questions and tips over the page.
  'browser.aboutwelcome.enabled': false,
  // The list of downloads opens over the page, and takes the keys that were meant for the page.
  'browser.download.alwaysOpenPanel': false,
  'browser.newtabpage.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage': 'about:blank',
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'browser.tabs.warnOnClose': false,
  'browser.translations.enable': false,
  'browser.warnOnQuit': false,
  'datareporting.policy.firstRunURL': '',
  'devtools.debugger.prompt-connection': false,
  'dom.disable_beforeunload': true,
  // A tab that is closed while its page draws would leave "Script terminated by timeout" in the console.
  'dom.ipc.cancel_content_js_when_navigating': false,
  'extensions.autoDisableScopes': 0,
  'startup.homepage_welcome_url': 'about:blank',
  'termsofuse.bypassNotification': true,

  // A temporary extension that is installed again is the one that it was: same origin, same storage.
  'extensions.webextensions.keepStorageOnUninstall': true,
  'extensions.webextensions.keepUuidOnUninstall': true,
};

/** Background tabs keep their pace: a test's second tab is no second-class tab. */
const UNTHROTTLED: Preferences = {
  'dom.timeout.enable_budget_timer_throttling': false,
  'dom.min_background_timeout_value_without_budget_throttling': 4,
  'dom.ipc.processPriorityManager.enabled': false,
};

/** One site may have a fifth of the storage, and never less than 10 MB; the preference is the whole, in kB. */
const GROUPS = 5;

/** Colours of the user's in place of the page's, always: `@media (forced-colors: active)`. */
const FORCED_COLORS: Preferences = { 'browser.display.document_color_use': 2, 'ui.useAccessibilityTheme': 1 };

function colorPreferences(scheme: 'light' | 'dark'): Preferences {
  return {
    'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1,
    'ui.systemUsesDarkTheme': scheme === 'dark' ? 1 : 0,
    'devtools.theme': scheme,
  };
}

/**
 * An extension's origin is random and remembered in a preference, which a Firefox that is killed may not have written:
 * an extension that is to find its storage again gets a fixed one.
 */
function originPreferences(extensionDir: string): Preferences {
  const manifest = JSON.parse(readFileSync(join(extensionDir, 'manifest.json'), 'utf8')) as {
    readonly browser_specific_settings?: { readonly gecko?: { readonly id?: string } };
  };
  const id = manifest.browser_specific_settings?.gecko?.id;
  if (id === undefined) return {};
  return { 'extensions.webextensions.uuids': JSON.stringify({ [id]: 'd1ea6dd8-57a4-4f1c-9d6a-1f2f0c6a7b11' }) };
}

/** Rejects when Firefox is not installed, or does not start within a minute (with what it printed). */
export async function startFirefox(options: LaunchOptions): Promise<FirefoxProcess> {
  const executable = findBrowser('firefox');
  if (executable === null) {
    throw new Error('Firefox was not found.');
  }
  const { colorScheme = 'light', headless = true, width = 1400, height = 900 } = options;
  const { profileDir, storageLimitBytes } = options;
  const profile = profileDir === undefined ? createTemporaryFolder('firefox') : useProfile(profileDir);
  writePreferences(profile.path, {
    ...PREFERENCES,
    ...(options.throttlesHidden ? {} : UNTHROTTLED),
    ...colorPreferences(colorScheme),
    ...(options.forcedColors ? FORCED_COLORS : {}),
    // What pages save goes with the profile, not into the user's own folder.
    'browser.download.folderList': 2,
    'browser.download.dir': join(profile.path, 'downloads'),
    ...(storageLimitBytes === undefined
      ? {}
      : { 'dom.quotaManager.temporaryStorage.fixedLimit': Math.round((storageLimitBytes / 1024) * GROUPS) }),
    ...(profileDir === undefined || options.extensionDir === undefined ? {} : originPreferences(options.extensionDir)),
  });
  const size = [`--width=${width}`, `--height=${height}`];
  const child = spawn(
    executable,
    [
      ...['--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile.path, ...size],
      ...(headless ? ['--headless'] : []),
    ],
    {
      env: {
        ...process.env,
        MOZ_REMOTE_SETTINGS_DEVTOOLS: '1',
        MOZ_CRASHREPORTER_DISABLE: '1',
        MOZ_HEADLESS_WIDTH: String(width),
        MOZ_HEADLESS_HEIGHT: String(height),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own: Ctrl+C in the terminal ends our process, which then ends this one in good order.
      detached: process.platform !== 'win32',
    },
  );
  const endProcess = onProcessEnd(() => child.pid !== undefined && child.exitCode === null && killProcess(child.pid));
  const printed = collectOutput(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });

  async function cleanUp(): Promise<void> {
    endProcess();
    await ended;
    profile.remove();
  }

  try {
    const marionette = await connectMarionette(await readPort(profile.path, child, printed));
    return {
      marionette,
      ended,
      async kill() {
        endProcess();
        await ended;
        marionette.close();
      },
      async quit() {
        // The answer may be lost with the connection; the end of the process is what counts.
        marionette.send('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => undefined);
        await withTimeout('Quitting Firefox', QUIT_TIMEOUT_MS, ended).catch(() => undefined);
        marionette.close();
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** A profile of the caller's. Firefox that was killed has left its port there. */
function useProfile(path: string): ReturnType<typeof createTemporaryFolder> {
  mkdirSync(path, { recursive: true });
  rmSync(join(path, 'MarionetteActivePort'), { force: true });
  return { path, remove: () => undefined };
}

function writePreferences(profileDir: string, preferences: Preferences): void {
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profileDir, 'user.js'), lines.join(''));
}

/** What the process has printed lately. The pipe must be read anyway, or a chatty Firefox would stop. */
function collectOutput(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-4000);
  });
  child.once('error', (error) => {
    text += error.message;
  });
  return () => text;
}

async function readPort(profileDir: string, child: ChildProcess, printed: () => string): Promise<number> {
  const exited = new AbortController();
  child.once('exit', () => exited.abort(new Error(`Firefox ended before it was ready:\n${printed()}`)));
  child.once('error', (error) => exited.abort(error));
  return waitUntil(
    `Firefox's port of Marionette\n${printed()}`,
    () => Number(readFileSync(join(profileDir, 'MarionetteActivePort'), 'utf8')),
    { timeoutMs: START_TIMEOUT_MS, signal: exited.signal },
  );
}
