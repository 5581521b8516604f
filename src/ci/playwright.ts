/**
 * `socketscope/playwright`: a fixture for Playwright Test that records every WebSocket of the page, plays scenarios on it,
 * and says what was found. Chromium only: Playwright cannot load extensions into Firefox or WebKit.
 * https://playwright.dev/docs/chrome-extensions
 */
import './english.ts';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page, TestType } from '@playwright/test';
import type { Finding } from '../analysis/findings/finding.ts';
import { type Budgets, STANDARD_BUDGETS } from '../analysis/verdict/budgets.ts';
import type { Scorecard } from '../analysis/verdict/scorecard.ts';
import type { ScenarioRun } from '../protocol/panel-link.ts';
import { reportHtml } from '../report/summary/html.ts';
import { reportMarkdown } from '../report/summary/markdown.ts';
import { openExtensionPage } from './extension-page.ts';
import { type FailOn, failuresOf } from './judge.ts';
import { readSession } from './read-session.ts';

/** Beside `dist/node`, where this is bundled to. */
const EXTENSION = fileURLToPath(new URL('../chrome', import.meta.url));
const DEFAULT_PLAY_MS = 60_000;

export interface SocketscopeOptions {
  /** What counts as good enough in verdicts; the rest is standard. */
  readonly budgets?: Partial<Budgets>;
  /** What is hidden in reports and recordings. Default `secrets`. */
  readonly redaction?: 'secrets' | 'metadata' | 'none';
  /** Regular expressions of what is to be hidden besides. */
  readonly patterns?: readonly string[];
}

export interface PlayOptions {
  /** Connections whose URL matches this pattern, `*` for any characters; default: all of the page. */
  readonly url?: string;
  /** When it has not ended by itself, it is stopped. Default 60 s. */
  readonly timeoutMs?: number;
}

export interface SessionReport {
  /** What hurts most first. */
  readonly findings: readonly Finding[];
  /** One for each drop. */
  readonly verdicts: readonly Scorecard[];
  /** Sentences; none: every verdict passed, and no finding is a problem. */
  failures(failOn?: FailOn): readonly string[];
  /** The recording, for the panel and for `npx socketscope report`. */
  readonly ndjson: string;
  readonly html: string;
  readonly markdown: string;
}

export interface Socketscope {
  /** Plays a scenario by the name that the panel has for it, to its end. */
  play(scenario: string, options?: PlayOptions): Promise<ScenarioRun>;
  scenarios(): Promise<readonly string[]>;
  /** A marker on the timeline. */
  mark(text: string): Promise<void>;
  /** Ends the recording; calling it again gives the same. */
  report(): Promise<SessionReport>;
}

export interface SocketscopeFixtures {
  readonly socketscope: Socketscope;
  /** `test.use({ socketscopeOptions: { … } })` */
  readonly socketscopeOptions: SocketscopeOptions;
}

/**
 * The given `test` with a browser that has the extension, and a `socketscope` that records `page` from its first navigation
 * on. The report is attached to each test that used it.
 */
export function withSocketscope<TestArgs extends object, WorkerArgs extends object>(
  test: TestType<TestArgs, WorkerArgs>,
): TestType<TestArgs & SocketscopeFixtures, WorkerArgs> {
  // Playwright's types know the fixtures of a given test only where it is used.
  const extended = (test as unknown as BaseTest).extend({
    socketscopeOptions: [{}, { option: true }],
    // Playwright reads the names of what is needed from the source of the first parameter.
    context: async (
      { playwright, contextOptions, launchOptions, baseURL, viewport, locale, headless }: ContextFixtures,
      use: Use<BrowserContext>,
    ) => {
      const context = await playwright.chromium.launchPersistentContext('', {
        ...launchOptions,
        ...contextOptions,
        ...(baseURL === undefined ? {} : { baseURL }),
        ...(viewport === undefined ? {} : { viewport }),
        ...(locale === undefined ? {} : { locale }),
        headless: headless ?? true,
        // Headless shell, Playwright's default, knows no extensions.
        ...(launchOptions?.executablePath === undefined ? { channel: 'chromium' } : {}),
        args: [
          ...(launchOptions?.args ?? []),
          `--disable-extensions-except=${EXTENSION}`,
          `--load-extension=${EXTENSION}`,
        ],
      });
      await use(context);
      await context.close();
    },
    socketscope: async (
      {
        context,
        page,
        socketscopeOptions,
      }: { context: BrowserContext; page: Page; socketscopeOptions: SocketscopeOptions },
      use: Use<Socketscope>,
      testInfo: TestInfo,
    ) => {
      const { budgets, redaction = 'secrets', patterns = [] } = socketscopeOptions;
      const extension = await openExtensionPage(context);
      await extension.record(page, testInfo.title);
      let reported: Promise<SessionReport> | null = null;
      const report = () => {
        reported ??= extension
          .finish(redaction, patterns)
          .then((ndjson) => reportOn(ndjson, { ...STANDARD_BUDGETS, ...budgets }));
        return reported;
      };
      await use({
        play: (scenario, { url, timeoutMs = DEFAULT_PLAY_MS } = {}) =>
          extension.play(
            scenario,
            url === undefined ? { kind: 'tab' } : { kind: 'matching', urlPattern: url },
            timeoutMs,
          ),
        scenarios: extension.scenarios,
        mark: extension.mark,
        report,
      });
      const { html, ndjson } = await report();
      await testInfo.attach('socketscope.html', { body: html, contentType: 'text/html' });
      await testInfo.attach('socketscope.ndjson', { body: ndjson, contentType: 'application/x-ndjson' });
      await extension.close();
    },
  });
  return extended as unknown as TestType<TestArgs & SocketscopeFixtures, WorkerArgs>;
}

async function reportOn(ndjson: string, budgets: Budgets): Promise<SessionReport> {
  async function* whole(): AsyncGenerator<string, void> {
    yield ndjson;
  }
  const { analysed } = await readSession(whole(), 'socketscope.ndjson', budgets);
  return {
    findings: analysed.findings,
    verdicts: analysed.scorecards,
    failures: (failOn = 'problem') => failuresOf(analysed, failOn),
    ndjson,
    html: await reportHtml(analysed),
    markdown: reportMarkdown(analysed),
  };
}

type Use<Value> = (value: Value) => Promise<void>;

interface BaseTest {
  extend(fixtures: object): unknown;
}

/** What of Playwright's own fixtures shapes the browser. */
interface ContextFixtures {
  readonly playwright: {
    readonly chromium: { launchPersistentContext(dir: string, options: object): Promise<BrowserContext> };
  };
  readonly contextOptions: object;
  readonly launchOptions?: { readonly args?: readonly string[]; readonly executablePath?: string };
  readonly baseURL?: string;
  readonly viewport?: object | null;
  readonly locale?: string;
  readonly headless?: boolean;
}

interface TestInfo {
  readonly title: string;
  attach(name: string, options: { body: string; contentType: string }): Promise<void>;
}
