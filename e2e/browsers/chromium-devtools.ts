/**
 * The real DevTools of a Chromium tab. Playwright does not show DevTools front-ends as pages unless the variable
 * PW_CHROMIUM_ATTACH_TO_OTHER was set when it launched the browser; `chromium.ts` sets it.
 */

import type { BrowserContext, CDPSession, Frame, Page } from 'playwright-core';
import type { DevtoolsPanel } from './browser.ts';
import { createFrameRealm } from './chromium-realm.ts';
import { WAIT_TIMEOUT_MS, waitUntil } from './wait.ts';

const PANEL_TITLE = 'Socketscope';

/** Preferences of the DevTools front-end. Every value is JSON inside a string. */
export type DevtoolsPreferences = Readonly<Record<string, string>>;

/** What the profile's "devtools" preferences must hold before the first start. */
export function devtoolsPreferences(theme: 'light' | 'dark', heightPx: number): DevtoolsPreferences {
  return {
    // Docked at the right there is no room for our tab: it would be in the ">>" menu, which is native and not in the DOM.
    currentDockState: JSON.stringify('bottom'),
    'inspector-view.split-view-state': JSON.stringify({ horizontal: { size: heightPx } }),
    'ui-theme': themePreference(theme),
    // Without these a first start is covered by release notes and asks for a language.
    'help.show-release-note': 'false',
    'disable-locale-info-bar': 'true',
  };
}

function themePreference(theme: 'light' | 'dark'): string {
  return JSON.stringify(theme === 'dark' ? 'dark' : 'default');
}

export interface Devtools {
  /**
   * Opens DevTools for the page (anew, if it is open already), selects the Socketscope panel and waits for its document.
   */
  openPanel(page: Page, theme: 'light' | 'dark'): Promise<DevtoolsPanel>;
}

export function createDevtools(context: BrowserContext, browserSession: CDPSession): Devtools {
  const frontEnds = new WeakMap<Page, Page>();

  async function openAnew(page: Page): Promise<Page> {
    await frontEnds.get(page)?.close();
    const frontEnd = await openFrontEnd(context, browserSession, page);
    frontEnds.set(page, frontEnd);
    await tabOfPanel(frontEnd).waitFor({ timeout: WAIT_TIMEOUT_MS });
    return frontEnd;
  }

  return {
    async openPanel(page, theme) {
      let frontEnd = await openAnew(page);
      if ((await readPreferences(frontEnd))['ui-theme'] !== themePreference(theme)) {
        // An extension's panel is told the theme only once, when it is created.
        await writePreference(frontEnd, 'ui-theme', themePreference(theme));
        frontEnd = await openAnew(page);
      }
      await tabOfPanel(frontEnd).click({ timeout: WAIT_TIMEOUT_MS });
      const frame = await waitForPanelFrame(frontEnd);
      return {
        ...createFrameRealm(frontEnd, frame, page),
        screenshot: (path) => screenshotWithPage(frontEnd, page, path),
        close: () => frontEnd.close(),
      };
    },
  };
}

function tabOfPanel(frontEnd: Page) {
  return frontEnd.getByRole('tab', { name: PANEL_TITLE, exact: true });
}

async function openFrontEnd(context: BrowserContext, browserSession: CDPSession, page: Page): Promise<Page> {
  const { targetId } = await browserSession.send('Target.openDevTools', { targetId: await targetIdOf(context, page) });
  return waitUntil('the DevTools front-end', async () => {
    for (const candidate of context.pages()) {
      if (candidate.url().startsWith('devtools://') && (await targetIdOf(context, candidate)) === targetId) {
        return candidate;
      }
    }
    return null;
  });
}

/** The DevTools protocol's id of a page. */
export async function targetIdOf(context: BrowserContext, page: Page): Promise<string> {
  const session = await context.newCDPSession(page);
  try {
    return (await session.send('Target.getTargetInfo')).targetInfo.targetId;
  } finally {
    await session.detach();
  }
}

/** The panel's frame is created when its tab is shown for the first time, by its extension's own origin. */
async function waitForPanelFrame(frontEnd: Page): Promise<Frame> {
  const frame = await waitUntil('the frame of the panel', () =>
    frontEnd.frames().find((candidate) => candidate.url().startsWith('chrome-extension://') && isPanel(candidate)),
  );
  await frame.waitForLoadState('load', { timeout: WAIT_TIMEOUT_MS });
  return frame;
}

/** The other extension frame in the front-end is the (invisible) DevTools page that creates the panel. */
function isPanel(frame: Frame): boolean {
  return /\/panel\.html$/.test(new URL(frame.url()).pathname);
}

function readPreferences(frontEnd: Page): Promise<DevtoolsPreferences> {
  return frontEnd.evaluate('new Promise((resolve) => InspectorFrontendHost.getPreferences(resolve))');
}

async function writePreference(frontEnd: Page, name: string, value: string): Promise<void> {
  await frontEnd.evaluate(`InspectorFrontendHost.setPreference(${JSON.stringify(name)}, ${JSON.stringify(value)})`);
}

/**
 * DevTools as the user sees it. The front-end covers the whole window and leaves a hole for the inspected page, which is
 * another WebContents and blank in the front-end's own screenshot; so a screenshot of the page is laid into the hole.
 */
async function screenshotWithPage(frontEnd: Page, page: Page, path: string): Promise<void> {
  const hole = await frontEnd.locator('.device-mode-view').boundingBox();
  if (hole !== null && !page.isClosed()) {
    const png = (await page.screenshot()).toString('base64');
    await frontEnd.evaluate(showPicture, { id: PICTURE_ID, png, hole });
  }
  await frontEnd.screenshot({ path });
  await frontEnd.evaluate((id) => document.getElementById(id)?.remove(), PICTURE_ID);
}

const PICTURE_ID = 'socketscope-picture-of-page';

interface Picture {
  readonly id: string;
  /** Base64. */
  readonly png: string;
  /** In CSS pixels of the front-end. */
  readonly hole: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Runs in the front-end. */
async function showPicture({ id, png, hole }: Picture): Promise<void> {
  const image = document.createElement('img');
  image.id = id;
  image.src = `data:image/png;base64,${png}`;
  const { style } = image;
  style.cssText = 'position: fixed; z-index: 1; pointer-events: none; object-fit: cover; object-position: left top';
  style.left = `${hole.x}px`;
  style.top = `${hole.y}px`;
  style.width = `${hole.width}px`;
  style.height = `${hole.height}px`;
  await image.decode();
  document.body.append(image);
}
