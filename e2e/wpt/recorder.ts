/**
 * Attaches to a tab as the extension's panel does, so that the extension records it: over the same runtime port, from a
 * page of the extension, but without a panel to be drawn, which on a small machine would slow the tests down.
 */
import type { Browser as ExtensionApi } from 'webextension-polyfill';
import { PANEL_PORT, type PanelRequest, type PanelUpdate } from '../../src/protocol/panel-link.ts';
import type { Realm } from '../browsers/browser.ts';
import { createEvaluation } from '../browsers/evaluation.ts';
import type { TestBrowser, TestPage } from './test-browser.ts';

export interface Recording {
  /** The tab to run the test in; it is recorded from before its first navigation. */
  readonly page: TestPage;
  readonly sessionId: string;
  /** Detaches. Rejects when the extension ended the recording before. */
  stop(): Promise<void>;
}

export interface Recorder {
  /** The extension's page that does all this; it must stay open. */
  readonly page: TestPage;
  /** Evaluates in it: its database and its APIs are there. */
  readonly evaluate: Realm['evaluate'];
  /** Opens a tab and begins to record it. */
  start(): Promise<Recording>;
}

/** What the functions below use of the extension's page. */
interface ExtensionPage {
  readonly chrome: ExtensionApi;
  __attachment?: Attachment;
}

interface Attachment {
  detach: () => void;
  /** Why the recording ended before `detach`. */
  failure: string | null;
}

/** `browser` must have the extension. */
export async function createRecorder(browser: TestBrowser): Promise<Recorder> {
  // Any document of the extension's origin can use its APIs; this one runs no script of its own.
  const page = await browser.openPage(`${browser.extensionOrigin}/manifest.json`);
  const { evaluate, waitFor } = createEvaluation(page.evaluate);
  await waitFor(hasExtensionApi);

  return {
    page,
    evaluate,
    async start() {
      // The DevTools protocol does not know the extension's ids of tabs: it is the one that was not there before.
      const before = new Set(await evaluate(listTabIds));
      const recorded = await browser.openPage('about:blank');
      const [tabId, ...others] = (await evaluate(listTabIds)).filter((id) => !before.has(id));
      if (tabId === undefined || others.length > 0) {
        throw new Error('The tab that was opened could not be told from others.');
      }
      const sessionId = await evaluate(attach, PANEL_PORT, { kind: 'attach', tabId, sessionId: null } as const);
      return {
        page: recorded,
        sessionId,
        stop: () => evaluate(detach),
      };
    },
  };
}

/** Runs in the extension's page. False while its document is not loaded. */
function hasExtensionApi(): boolean {
  const { chrome } = globalThis as unknown as ExtensionPage;
  return chrome?.runtime?.id !== undefined;
}

/** Runs in the extension's page. */
async function listTabIds(): Promise<readonly number[]> {
  const { chrome } = globalThis as unknown as ExtensionPage;
  return (await chrome.tabs.query({})).flatMap(({ id }) => id ?? []);
}

/**
 * Runs in the extension's page. Resolves with the session's id once the background records the tab. From then on it does
 * as the panel does: when the background dies (Chromium ends an idle one after 30 s), it attaches again to that session.
 */
function attach(portName: string, request: PanelRequest): Promise<string> {
  const extensionPage = globalThis as unknown as ExtensionPage;
  return new Promise((resolve, reject) => {
    let sessionId: string | null = null;
    const attachment: Attachment = { detach: connect(), failure: null };
    extensionPage.__attachment = attachment;

    function fail(failure: string): void {
      attachment.failure ??= failure;
      reject(new Error(failure));
    }

    /** Gives what disconnects it. */
    function connect(): () => void {
      const port = extensionPage.chrome.runtime.connect({ name: portName });
      let isAttached = false;
      port.onMessage.addListener((message) => {
        const update = message as PanelUpdate;
        if (update.kind === 'storeFailed') {
          fail(`The extension cannot store: ${update.failure}, ${update.detail}`);
        } else if (
          update.kind === 'attached' &&
          (!update.recording || update.sessionId !== (sessionId ?? update.sessionId))
        ) {
          fail('The extension ended the recording during the test.');
        } else if (update.kind === 'attached') {
          isAttached = true;
          sessionId = update.sessionId;
          resolve(sessionId);
        }
      });
      port.onDisconnect.addListener(() => {
        if (isAttached) {
          attachment.detach = connect();
        } else {
          fail('The background closed the port instead of recording.');
        }
      });
      port.postMessage({ ...request, sessionId });
      return () => port.disconnect();
    }
  });
}

/** Runs in the extension's page. */
function detach(): void {
  const { __attachment } = globalThis as unknown as ExtensionPage;
  __attachment?.detach();
  if (__attachment?.failure !== null) {
    throw new Error(__attachment?.failure ?? 'Nothing was attached.');
  }
}
