/**
 * Measures clients in a real browser: each connects to a server of its own, is dropped by the extension (or closed by the
 * server), meets refused handshakes, and comes back or not; what the extension has recorded is judged. Several clients at
 * once, because most of the time is spent waiting.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { budgetsWith } from '../../src/analysis/verdict/budgets.ts';
import { verdictInputOf } from '../../src/analysis/verdict/from-records.ts';
import type { Scorecard } from '../../src/analysis/verdict/scorecard.ts';
import { verdictOf } from '../../src/analysis/verdict/verdict.ts';
import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { Browser, BrowserKind } from '../browsers/browser.ts';
import { openPanelClient, type PanelClient } from '../extension/panel-client.ts';
import { SCALED_BUDGETS, type VerdictCase } from './cases.ts';
import { readConnections, readRecording } from './read-recording.ts';
import { startTarget, type Target } from './target.ts';

export interface Measurement {
  readonly case_: VerdictCase;
  readonly scorecards: readonly Scorecard[];
}

/** What is watched after the last client is back: heartbeats must have their time, and so must what should not come. */
const WATCH_AFTER_MS = 3_000;
const POLL_MS = 200;
const TIMEOUT_MS = 90_000;
/**
 * Chromium holds a handshake back for up to 5 s where many of the page's have failed and few succeeded
 * (`WebSocketPerProcessThrottler`): so many that succeed first keep the failures of a run few.
 */
const WARM_UP_SOCKETS = 150;

interface Running {
  readonly case_: VerdictCase;
  readonly target: Target;
  /** When nothing more is to be expected of it. */
  isOver: boolean;
}

/** Measures these cases at once, in one tab, over the page at `pageUrl`. */
export async function measure(
  browser: Browser,
  pageUrl: string,
  cases: readonly VerdictCase[],
): Promise<readonly Measurement[]> {
  const running = await Promise.all(cases.map((case_, i) => start(case_, HOST_OF[browser.kind](i))));
  const warm = await startTarget('127.0.0.1', '/warm', await (cases[0]?.server ?? fail('no case'))({ path: '/warm' }));
  // The page's tab last, in front: in a hidden one some clients (Phoenix) wait until it is seen.
  const panel = await openPanelClient(browser);
  const tab = await browser.newTab(pageUrl);
  try {
    await tab.waitFor(() => window.startVerdictClient !== undefined);
    if (browser.kind === 'chromium') await tab.evaluate(warmUp, warm.url, WARM_UP_SOCKETS);
    const sessionId = await panel.attach(await tab.extensionTabId());
    for (const { case_, target } of running) {
      await tab.evaluate(
        (client, url, sockets) => window.startVerdictClient?.(client, url, sockets),
        case_.client,
        target.url,
        case_.sockets,
      );
    }
    let records: readonly ConnectionRecord[] = [];
    await until(
      'all connections are open and have spoken',
      async () => {
        records = await readConnections(panel.tab, sessionId);
        return running.every(({ case_, target }) => isReady(case_, ofTarget(records, target)));
      },
      () =>
        running
          .filter(({ case_, target }) => !isReady(case_, ofTarget(records, target)))
          .map(
            ({ case_, target }) =>
              `${case_.client}: ${ofTarget(records, target).map(({ nextSeq, framesIn }) => `${framesIn} of ${nextSeq} frames`)}`,
          )
          .join('; '),
    );
    await dropAll(panel, sessionId, running);
    await until(
      'all clients are back or have given up',
      () => Promise.resolve(running.map(settle).every(Boolean)),
      () =>
        running
          .filter(({ isOver }) => !isOver)
          .map(({ case_, target }) => `${case_.client}: ${target.open()} open, ${target.refused()} refused`)
          .join('; '),
    );
    await delay(Math.max(WATCH_AFTER_MS, ...cases.map(watchMs)));
    // What has happened until now may still be on its way to the database.
    const watchedUntilMs = Date.now() - POLL_MS;
    await delay(2 * POLL_MS);
    const recorded = await readRecording(panel.tab, sessionId);
    return running.map(({ case_, target }) => ({
      case_,
      scorecards: verdictOf(
        verdictInputOf(
          recorded.filter(({ record }) => isOf(record, target)),
          { watchedUntilMs, withReal: case_.closeCode !== undefined },
        ),
        budgetsWith({ ...SCALED_BUDGETS, ...case_.budgets }),
        (url) => new URL(url).host,
      ),
    }));
  } finally {
    await panel.detach();
    await Promise.all([tab.close(), panel.tab.close()]);
    await Promise.all([warm, ...running.map(({ target }) => target)].map((target) => target.stop()));
  }
}

/** Chromium makes one handshake at a time per address and port, Firefox one per address. */
const HOST_OF: Readonly<Record<BrowserKind, (index: number) => string>> = {
  chromium: () => '127.0.0.1',
  firefox: (index) => `127.0.0.${index + 2}`,
};

async function start(case_: VerdictCase, host: string): Promise<Running> {
  const path = `/${case_.client.replace(/\W+/g, '-')}/`;
  const target = await startTarget(host, path, await case_.server({ path }));
  return { case_, target: { ...target, url: `${target.url}${case_.query ?? ''}` }, isOver: false };
}

/** Runs in the page. */
async function warmUp(url: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.close();
      socket.onclose = () => resolve();
    });
  }
}

function isOf({ url }: ConnectionRecord, target: Target): boolean {
  return new URL(url).host === new URL(target.url).host;
}

function ofTarget(records: readonly ConnectionRecord[], target: Target): readonly ConnectionRecord[] {
  return records.filter((record) => isOf(record, target) && record.close === null);
}

function isReady({ sockets, framesBefore = 3 }: VerdictCase, records: readonly ConnectionRecord[]): boolean {
  const ready = records.filter(
    ({ openedAtMs, nextSeq, framesIn }) => openedAtMs !== null && framesIn > 0 && nextSeq >= framesBefore,
  );
  return ready.length >= sockets;
}

async function dropAll(panel: PanelClient, sessionId: string, running: readonly Running[]): Promise<void> {
  const records = await readConnections(panel.tab, sessionId);
  let requestId = 0;
  for (const { case_, target } of running) {
    target.refuse(case_.refusals !== 0);
    if (case_.closeCode !== undefined) {
      target.closeAll(case_.closeCode, 'measured');
      continue;
    }
    for (const { connectionId } of ofTarget(records, target)) {
      requestId++;
      await panel.ask({ kind: 'drop', requestId, connectionId });
    }
  }
  await until('all connections are dropped', async () => {
    const answers = (await panel.updates()).filter((update) => update.kind === 'dropped');
    const failed = answers.find((answer) => answer.kind === 'dropped' && answer.outcome !== 'done');
    if (failed) throw new Error(`A drop failed: ${JSON.stringify(failed)}`);
    return answers.length >= requestId;
  });
}

/** Lets the server come back when it has refused enough; true when the client is back, or is not to come. */
function settle(run: Running): boolean {
  const { case_, target } = run;
  if (case_.refusals === 'all') {
    run.isOver = true;
  } else if (target.refused() >= case_.refusals * case_.sockets) {
    target.refuse(false);
    run.isOver = target.open() >= case_.sockets;
  }
  return run.isOver;
}

/** How long a client must be watched to see that it has given up: the verdict waits twice its longest wait. */
function watchMs({ refusals, truth }: VerdictCase): number {
  if (refusals !== 'all') return 0;
  const { baseMs = 500, factor = 1, capMs } = truth ?? {};
  return capMs ? 12_000 : 10_000 + baseMs * factor ** 5 * 4;
}

async function until(what: string, isSo: () => Promise<boolean>, detail: () => string = () => ''): Promise<void> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`Not within ${TIMEOUT_MS / 1000} s: ${what}. ${detail()}`);
    await delay(POLL_MS);
  }
}

function fail(message: string): never {
  throw new Error(message);
}
