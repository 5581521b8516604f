/**
 * Chromium for measuring: as little attached to it as possible. `e2e/browsers/chromium.ts` is for tests; its Playwright
 * enables the Network domain in every page, which slows WebSockets down much as DevTools do.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Realm } from '../browsers/browser.ts';
import { devtoolsPreferences } from '../browsers/chromium-devtools.ts';
import { createEvaluation } from '../browsers/evaluation.ts';
import { findBrowser } from '../browsers/find.ts';
import { createTemporaryFolder, killProcess, onProcessEnd } from '../browsers/leftovers.ts';
import { waitUntil, withTimeout } from '../browsers/wait.ts';
import { type CdpSession, createCdpConnection } from './cdp.ts';

const CLOSE_TIMEOUT_MS = 10_000;

export type Evaluation = Pick<Realm, 'evaluate' | 'waitFor'>;

export interface Target {
  readonly targetId: string;
  /** Attaches a debugger, which costs the target something: not while it is measured. */
  attach(): Promise<AttachedTarget>;
  close(): Promise<void>;
}

export interface AttachedTarget extends Evaluation {
  readonly session: CdpSession;
  detach(): Promise<void>;
}

export interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

export interface MeasuringChromium {
  readonly pid: number;
  readonly version: string;
  readonly extensionOrigin: string | null;
  /** Opens the URL in a window of its own: there every page counts as visible. */
  openWindow(url: string): Promise<Target>;
  /** Opens the real DevTools for the target; gives the front-end's target. */
  openDevtools(target: Target): Promise<Target>;
  targets(): Promise<readonly TargetInfo[]>;
  target(targetId: string): Target;
  /** A session that the protocol has named: of a target that was attached by itself. */
  sessionOf(sessionId: string): CdpSession;
  /** The browser's own session. */
  readonly session: CdpSession;
  close(): Promise<void>;
}

export interface MeasuringOptions {
  readonly extensionDir?: string | undefined;
  readonly headless?: boolean;
  /** Further command-line switches. */
  readonly switches?: readonly string[];
  /** Of DevTools, which are docked below the page. */
  readonly devtoolsHeightPx?: number;
}

const SWITCHES = [
  '--remote-debugging-pipe',
  '--enable-unsafe-extension-debugging',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--password-store=basic',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  // A window that lost the focus to another one of the same browser shall go on as it is.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--window-size=1000,700',
];

export async function launchMeasuringChromium({
  extensionDir,
  headless = true,
  switches = [],
  devtoolsHeightPx = 350,
}: MeasuringOptions = {}): Promise<MeasuringChromium> {
  const executable = findBrowser('chromium');
  if (executable === null) throw new Error('Chromium was not found.');
  const profile = createTemporaryFolder('bench');
  writePreferences(profile.path, devtoolsHeightPx);
  const child = spawn(
    executable,
    [
      ...SWITCHES,
      ...switches,
      `--user-data-dir=${profile.path}`,
      ...(headless ? ['--headless=new'] : []),
      // Chromium's sandbox refuses to run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const forget = onProcessEnd(() => {
    killProcess(child.pid ?? 0);
    profile.remove();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const connection = createCdpConnection(child.stdio[4] as Readable, child.stdio[3] as Writable);

  function createTarget(targetId: string): Target {
    return {
      targetId,
      async attach() {
        const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
        const session = connection.session(sessionId as string);
        return {
          ...createEvaluation((expression) => evaluateIn(session, expression)),
          session,
          detach: async () => void (await connection.send('Target.detachFromTarget', { sessionId })),
        };
      },
      close: async () => void (await connection.send('Target.closeTarget', { targetId })),
    };
  }

  try {
    const version = await withTimeout('Starting Chromium', 60_000, connection.send('Browser.getVersion'));
    const loaded = extensionDir && (await connection.send('Extensions.loadUnpacked', { path: extensionDir }));
    return {
      pid: child.pid ?? 0,
      version: String(version.product),
      extensionOrigin: loaded ? `chrome-extension://${loaded.id}` : null,
      async openWindow(url) {
        const { targetId } = await connection.send('Target.createTarget', { url, newWindow: true });
        return createTarget(targetId as string);
      },
      async openDevtools({ targetId }) {
        const opened = await connection.send('Target.openDevTools', { targetId });
        return createTarget(opened.targetId as string);
      },
      async targets() {
        return (await connection.send('Target.getTargets')).targetInfos as readonly TargetInfo[];
      },
      target: createTarget,
      sessionOf: (sessionId) => connection.session(sessionId),
      session: connection,
      async close() {
        await connection.send('Browser.close').catch(() => {});
        await withTimeout('Closing Chromium', CLOSE_TIMEOUT_MS, ended).finally(forget);
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

async function evaluateIn(session: CdpSession, expression: string): Promise<unknown> {
  const answer = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
  return (answer.result as { value?: unknown }).value;
}

function writePreferences(profileDir: string, devtoolsHeightPx: number): void {
  mkdirSync(join(profileDir, 'Default'));
  writeFileSync(
    join(profileDir, 'Default', 'Preferences'),
    JSON.stringify({
      devtools: { preferences: devtoolsPreferences('light', devtoolsHeightPx) },
      extensions: { ui: { developer_mode: true } },
    }),
  );
}

/** Shows the view (for example 'network', or `<origin><title>` of an extension's panel) in a DevTools front-end. */
export async function showDevtoolsView(frontEnd: AttachedTarget, view: string): Promise<void> {
  await waitUntil(`DevTools at "${view}"`, () =>
    frontEnd.evaluate(async (id) => {
      const url = 'devtools://devtools/bundled/ui/legacy/legacy.js';
      const { InspectorView } = await import(url);
      const inspector = InspectorView.InspectorView.instance();
      await inspector.showPanel(id);
      return inspector.tabbedPane.selectedTabId === id;
    }, view),
  );
}
