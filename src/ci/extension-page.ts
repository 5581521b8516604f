/** The extension as a test runner sees it: a page of it in the same browser, in which `src/panel/automation` waits. */
import type { BrowserContext, Page } from '@playwright/test';
import type {} from '../protocol/automation.ts';
import type { ScenarioRun, ScenarioTarget } from '../protocol/panel-link.ts';

const AUTOMATION = 'src/panel/automation/automation.html';
/** In UTF-16 units: what goes over the browser's debugging protocol in one message. */
const PIECE_CHARS = 4 * 1024 * 1024;

export interface ExtensionPage {
  /** Begins to record what this page's tab does. */
  record(page: Page, name: string): Promise<void>;
  scenarios(): Promise<readonly string[]>;
  play(name: string, target: ScenarioTarget, timeoutMs: number): Promise<ScenarioRun>;
  mark(text: string): Promise<void>;
  /** Ends the recording and gives it as NDJSON, secrets hidden. */
  finish(redaction: 'secrets' | 'metadata' | 'none', patterns: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function openExtensionPage(context: BrowserContext): Promise<ExtensionPage> {
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const page = await context.newPage();
  await page.goto(new URL(`/${AUTOMATION}`, worker.url()).href);
  let sessionId = '';
  return {
    async record(recorded, name) {
      // Extensions know tabs by number, test runners do not: it is the one in front.
      await recorded.bringToFront();
      const tabId = await page.evaluate(() => window.socketscope.tabInFront());
      if (tabId === null) throw new Error('Socketscope does not find the tab that it should record.');
      sessionId = await page.evaluate(([id, title]) => window.socketscope.start(id, title), [tabId, name] as const);
    },
    scenarios: () => page.evaluate(() => window.socketscope.scenarios()),
    play: (name, target, timeoutMs) =>
      page.evaluate(([what, where, ms]) => window.socketscope.play(what, where, ms), [
        name,
        target,
        timeoutMs,
      ] as const),
    mark: (text) => page.evaluate((what) => window.socketscope.mark(what), text),
    async finish(redaction, patterns) {
      await page.evaluate(() => window.socketscope.stop());
      const length = await page.evaluate(([id, mode, own]) => window.socketscope.write(id, mode, own), [
        sessionId,
        redaction,
        patterns,
      ] as const);
      const pieces: string[] = [];
      for (let from = 0; from < length; from += PIECE_CHARS) {
        pieces.push(
          await page.evaluate(([a, b]) => window.socketscope.read(a, b), [from, from + PIECE_CHARS] as const),
        );
      }
      return pieces.join('');
    },
    close: () => page.close(),
  };
}
